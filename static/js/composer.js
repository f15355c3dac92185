// The composer of an issue: live preview, moving of blocks by pointer and by button, search as one types, lengths.
// What is typed is kept by keeping.js.
// All of it works without this file too, a page load at a time.
const form = document.getElementById("composer");
const preview = document.querySelector("[data-preview]");
const show = preview?.querySelector("[data-show]");
const PAUSE = 500;
let names = 0;

function later(what, pause) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(what, pause);
  };
}

// --- The preview: a new frame each time, put in the place of the old one when it has loaded.

function fit(frame) {
  const page = frame.contentDocument?.documentElement;
  if (page) frame.style.blockSize = `${Math.max(page.scrollHeight, 320)}px`;
}

function refresh() {
  // One that has not come yet would show what was typed before this.
  for (const frame of preview.querySelectorAll("iframe.coming")) frame.remove();
  const old = preview.querySelector("iframe");
  const fresh = old.cloneNode();
  fresh.removeAttribute("src");
  fresh.name = `issue-preview-${(names += 1)}`;
  fresh.classList.add("coming");
  fresh.addEventListener("load", () => {
    if (fresh.contentDocument?.URL === "about:blank") return;
    for (const frame of preview.querySelectorAll("iframe")) if (frame !== fresh) frame.remove();
    fresh.classList.remove("coming");
    fit(fresh);
  });
  old.after(fresh);
  show.formTarget = fresh.name;
  show.form.requestSubmit(show);
}

if (preview) {
  const soon = later(refresh, PAUSE);
  const first = preview.querySelector("iframe");
  first.addEventListener("load", () => fit(first));
  if (first.contentDocument?.readyState === "complete") fit(first);
  show.hidden = true;
  preview.addEventListener("change", (event) => {
    event.stopPropagation();
    if (event.target.name !== "width") refresh();
    else for (const frame of preview.querySelectorAll("iframe")) setTimeout(() => fit(frame), 50);
  });
  form?.addEventListener("input", (event) => { if (!event.target.matches("[data-query]")) soon(); });
  form?.addEventListener("change", (event) => { if (!event.target.matches("[data-query]")) soon(); });
}

if (form) {
  form.classList.add("scripted");
  const list = form.querySelector("[data-blocks]");
  const told = form.querySelector("[data-told]");

  // --- The order of the blocks

  const blocks = () => [...list.querySelectorAll(":scope > [data-block]")];

  function number() {
    const all = blocks();
    all.forEach((block, place) => {
      block.querySelector('[name$="-place"]').value = place;
      block.querySelector('[data-move="-1"]').disabled = place === 0;
      block.querySelector('[data-move="1"]').disabled = place === all.length - 1;
    });
  }

  function moved(block) {
    number();
    // For keeping.js, and whoever else wants to know.
    form.dispatchEvent(new Event("change", { bubbles: true }));
    refresh();
    const name = block.querySelector("h3").textContent.trim();
    told.textContent = `${name}: ${blocks().indexOf(block) + 1} / ${blocks().length}`;
  }

  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    event.preventDefault();
    const block = button.closest("[data-block]");
    const by = Number(button.dataset.move);
    const other = by < 0 ? block.previousElementSibling : block.nextElementSibling;
    if (!other) return;
    if (by < 0) other.before(block);
    else other.after(block);
    moved(block);
    (button.disabled ? block.querySelector("[data-move]:not(:disabled)") : button)?.focus();
    block.scrollIntoView({ block: "nearest" });
  });

  list.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest("[data-grip]");
    if (!grip || event.button) return;
    event.preventDefault();
    const block = grip.closest("[data-block]");
    const before = blocks().indexOf(block);
    block.classList.add("dragged");
    const move = ({ clientY }) => {
      const over = blocks().find((other) => {
        const box = other.getBoundingClientRect();
        return other !== block && clientY >= box.top && clientY <= box.bottom;
      });
      if (!over) return;
      const box = over.getBoundingClientRect();
      if (clientY < box.top + box.height / 2) over.before(block);
      else over.after(block);
    };
    const end = () => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", end);
      removeEventListener("pointercancel", end);
      block.classList.remove("dragged");
      if (blocks().indexOf(block) !== before) moved(block);
    };
    // On the window: an element that is put elsewhere loses the pointer that it has captured.
    addEventListener("pointermove", move);
    addEventListener("pointerup", end);
    addEventListener("pointercancel", end);
  });

  // --- Stories, found as one types

  const query = form.querySelector("[data-query]");
  const found = form.querySelector("[data-found]");
  let asked = 0;

  async function search() {
    const mineIs = (asked += 1);
    try {
      const answer = await fetch(`${form.dataset.stories}?${new URLSearchParams({ q: query.value })}`);
      if (answer.ok && mineIs === asked) found.innerHTML = await answer.text();
    } catch {
      // Offline, or the page is being left: the button below still asks.
    }
  }

  query.addEventListener("input", later(search, 250));
  query.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    search();
  });

  // --- Lengths

  for (const hint of form.querySelectorAll("[data-counts]")) {
    const field = document.getElementById(hint.dataset.counts);
    const count = document.createElement("b");
    const say = () => {
      const length = [...field.value.trim()].length;
      count.textContent = ` ${length} / ${hint.dataset.limit}`;
      count.classList.toggle("alarm", length > Number(hint.dataset.limit));
    };
    hint.append(count);
    field.addEventListener("input", say);
    say();
  }
  const shown = { subject: "id_subject", preheader: "id_preheader" };
  for (const [name, id] of Object.entries(shown)) {
    const field = document.getElementById(id);
    field.addEventListener("input", () => { preview.querySelector(`[data-shown="${name}"]`).textContent = field.value; });
  }
}
