/* The front page's arrangement without page loads: every button, and every drag, sends the form; the answer is the page,
   of which the parts that changed are put in. Without this file the buttons do the same, a page load at a time. */
const form = document.getElementById("front-form");
const PARTS = ["slots", "found"];
const ONE_STEP = ["_up", "_down", "_move", "_keep", "_pin", "_unpin", "_find", "_show", "_row_up", "_row_down", "_row_move", "_row_off", "_row_on"];

if (form) start();

function start() {
  const state = form.querySelector("[data-state]");
  const part = (page, name) => page.querySelector(`[data-part=${name}]`);
  let unsaved = Boolean(document.querySelector(".errornote, .collision")), asked = 0;

  const changed = () => { unsaved = true; if (state) state.textContent = form.dataset.unsaved; };
  form.addEventListener("input", (event) => { if (event.target.closest(".slot")) changed(); });
  addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });

  /* Sends the form with a button's name and value; puts the answer in and gives the focus back to where it was. */
  async function send(name, value, focus, only) {
    const mine = (asked += 1), data = new FormData(form);
    data.append(name, value);
    let page;
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, redirect: "manual", credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      // Offline, signed out or refused: a page load says what is wrong. A search tries again with the next letter.
      if (name !== "_find") load(name, value);
      return;
    }
    if (mine !== asked) return;
    for (const which of only || PARTS) part(document, which).replaceChildren(...part(page, which).childNodes);
    if (!["_find", "_show"].includes(name)) changed();
    const again = focus && document.getElementById(focus() || "");
    again?.focus();
    const told = form.querySelector("[data-told]"), words = told.textContent;
    told.textContent = "";
    setTimeout(() => { told.textContent = words; }, 50);
  }

  function load(name, value) {
    unsaved = false;
    const button = Object.assign(document.createElement("button"), { name, value, hidden: true });
    form.append(button);
    button.dataset.loads = "";
    form.requestSubmit(button);
  }

  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button && "loads" in button.dataset) return;
    if (!button || !ONE_STEP.includes(button.name)) {
      if (button?.name !== "_preview") unsaved = false;
      return;
    }
    event.preventDefault();
    const story = button.closest("[data-story]")?.dataset.story, was = button.id;
    send(button.name, button.value, () => was.startsWith("row") ? focusedRow(was) : focused(was, story));
  });

  /* The same button of the row, or the one that takes it back; at the ends, the other direction. */
  function focusedRow(was) {
    const [act, row] = was.split("-"), other = { rowup: "rowdown", rowdown: "rowup", rowoff: "rowon", rowon: "rowoff" }[act];
    return [was, `${other}-${row}`].find((id) => form.querySelector(`#${id}:not(:disabled)`));
  }

  /* The same button of the story that moved, wherever it stands now, or the one that takes it back; else another one. */
  function focused(was, story) {
    const slot = story && form.querySelector(`.slot[data-story="${story}"]`), act = was.split("-")[0];
    const acts = [act, { keep: "unpin", unpin: "keep" }[act] || "up"].map((name) => `button[id^="${name}-"]:not(:disabled)`);
    const usable = slot && (slot.querySelector(acts[0]) || slot.querySelector(acts[1]) || slot.querySelector("button:not(:disabled)"));
    return usable?.id || was.replace("unpin-", "keep-");
  }

  /* --- Dragging: what is dropped on a place goes there, what was pinned there comes to where it was. */

  form.addEventListener("pointerdown", (event) => {
    const item = event.target.closest("[data-grip]")?.closest("[data-story]");
    if (!item?.dataset.story || event.button) return;
    drag(event, item, ".slot[data-open]", (over) => send("_move", `${item.dataset.key}:${over.dataset.key}:${item.dataset.story}`));
  });

  /* A row that is dropped on another stands in its place. */
  form.addEventListener("pointerdown", (event) => {
    const row = event.target.closest("[data-row-grip]")?.closest("[data-row]");
    if (!row || event.button) return;
    drag(event, row, "[data-row]", (over) => send("_row_move", `${row.dataset.row}:${over.dataset.row}`));
  });

  function drag(event, item, targets, dropped) {
    event.preventDefault();
    item.classList.add("dragged");
    let over = null;
    const move = ({ clientX, clientY }) => {
      over?.classList.remove("is-target");
      over = document.elementFromPoint(clientX, clientY)?.closest(targets) || null;
      if (over === item) over = null;
      over?.classList.add("is-target");
      if (clientY < 60) scrollBy(0, -20);
      else if (clientY > innerHeight - 120) scrollBy(0, 20);
    };
    const end = ({ type }) => {
      removeEventListener("pointermove", move);
      for (const name of ["pointerup", "pointercancel"]) removeEventListener(name, end);
      item.classList.remove("dragged");
      over?.classList.remove("is-target");
      if (over && type === "pointerup") dropped(over);
    };
    addEventListener("pointermove", move);
    for (const name of ["pointerup", "pointercancel"]) addEventListener(name, end);
  }

  /* --- Stories, found as one types */

  const query = form.querySelector("[data-query]");
  let waiting;
  query?.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => send("_find", "1", null, ["found"]), 300);
  });
  query?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    send("_find", "1", null, ["found"]);
  });
}
