/* The panel of related stories: what is pinned and excluded stands in two fields of the form, one story a line; this
   shows them as lists, with suggestions for the text as it is typed. Without it the fields are there to be written in. */
const panel = document.getElementById("related-panel");
const fields = panel && { pinned: document.getElementById("id_pinned"), excluded: document.getElementById("id_excluded") };
// Pause after the last key before the server is asked and least time between two questions, in milliseconds; letters of
// a field that are sent; stories that a list shows.
const SETTLED = 1000, EVERY = 3000, LONGEST = 60000, MOST = 8;

if (panel && fields.pinned && fields.excluded) start();

function start() {
  const form = fields.pinned.form, texts = panel.dataset, template = panel.querySelector("template");
  const known = new Map(), shown = { suggested: [], found: [] };
  const list = (name) => panel.querySelector(`[data-list=${name}]`);
  const note = (name, text) => { const line = panel.querySelector(`[data-note=${name}]`); if (line.textContent !== text) line.textContent = text; };
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  const csrf = () => (document.cookie.match(/csrftoken=([\w-]+)/) || [0, form.elements.csrfmiddlewaretoken.value])[1];
  const notes = Object.fromEntries(["pinned", "excluded"].map((name) => [name, panel.querySelector(`[data-note=${name}]`).textContent]));

  takeOver();
  for (const name of Object.keys(fields)) draw(name);
  note("suggested", texts.empty);

  /* The panel stands where the fields were; what the server said about them is shown with it. */
  function takeOver() {
    const fieldset = fields.pinned.closest("fieldset");
    for (const errors of fieldset.querySelectorAll(".errorlist")) panel.prepend(errors);
    for (const row of fieldset.querySelectorAll(".form-row")) row.hidden = true;
    fieldset.append(panel);
    panel.hidden = false;
  }

  function chosen(name) {
    const rows = fields[name].value.split("\n").map((line) => line.trim().match(/^#?(\d+)\s*(.*)$/)).filter(Boolean);
    return rows.map(([, id, headline]) => ({ id: Number(id), headline: headline || `#${id}`, ...known.get(Number(id)) }));
  }

  function choose(name, stories) {
    fields[name].value = stories.map((story) => `${story.id} ${story.headline}`).join("\n");
    draw(name);
  }

  function draw(name) {
    const stories = name in fields ? chosen(name) : shown[name].filter((story) => !isChosen(story.id)).slice(0, MOST);
    list(name).replaceChildren(...stories.map((story, place) => row(name, story, place, stories.length)));
    if (name in fields) {
      note(name, stories.length ? "" : notes[name]);
      if (name === "pinned" || name === "excluded") for (const other of Object.keys(shown)) draw(other);
    }
  }

  const isChosen = (id) => Object.keys(fields).some((name) => chosen(name).some((story) => story.id === id));

  function row(name, story, place, number) {
    const item = template.content.firstElementChild.cloneNode(true);
    const part = (selector) => item.querySelector(selector);
    const link = part("a");
    item.dataset.id = story.id;
    link.textContent = story.headline;
    link.href = story.address || panel.dataset.url.replace(/related\/$/, `${story.id}/change/`);
    if (story.language) link.lang = story.language;
    part(".related-about").textContent = story.about || "";
    part(".related-same").hidden = !story.isSame;
    for (const reason of ["words", "tags"]) {
      part(`.related-${reason}`).hidden = !(story[reason] && name === "suggested");
      part(`.related-${reason} span`).textContent = story[reason] || "";
    }
    for (const button of item.querySelectorAll("button")) {
      button.hidden = !button.dataset.in.split(" ").includes(name);
      button.setAttribute("aria-label", fill(button.getAttribute("aria-label"), story));
      button.disabled = (button.dataset.act === "up" && place === 0) || (button.dataset.act === "down" && place === number - 1);
    }
    item.draggable = name === "pinned" && number > 1;
    return item;
  }

  /* --- what the buttons do */

  const acts = {
    pin(story) {
      const pinned = chosen("pinned");
      if (pinned.length >= Number(texts.most)) return fill(texts.full, { number: texts.most });
      choose("pinned", [...pinned, story]);
      return place(story);
    },
    unpin(story) { choose("pinned", chosen("pinned").filter((other) => other.id !== story.id)); return fill(texts.unpinned, story); },
    exclude(story) { choose("excluded", [...chosen("excluded"), story]); return fill(texts.excluded, story); },
    back(story) { choose("excluded", chosen("excluded").filter((other) => other.id !== story.id)); return fill(texts.back, story); },
    up: (story) => move(story, -1),
    down: (story) => move(story, 1),
  };

  function move(story, step) {
    const pinned = chosen("pinned");
    const from = pinned.findIndex((other) => other.id === story.id), to = from + step;
    if (from >= 0 && to >= 0 && to < pinned.length) pinned.splice(to, 0, ...pinned.splice(from, 1));
    choose("pinned", pinned);
    return place(story);
  }

  function place(story) {
    const pinned = chosen("pinned");
    return fill(texts.pinned, { headline: story.headline, place: pinned.findIndex((other) => other.id === story.id) + 1, number: pinned.length });
  }

  panel.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-act]");
    if (!button) return;
    const item = button.closest("li"), name = item.parentNode.dataset.list, act = button.dataset.act;
    const at = [...item.parentNode.children].indexOf(item), id = Number(item.dataset.id);
    const story = [...shown.suggested, ...shown.found, ...chosen("pinned"), ...chosen("excluded")].find((one) => one.id === id);
    note("said", acts[act](story));
    // The keyboard goes on where it was: with the story that moved, else with the next one.
    const again = list(name).querySelector(`[data-id="${id}"]`) || list(name).children[at] || list(name).lastElementChild;
    const usable = again && (again.querySelector(`[data-act=${act}]:not([hidden], :disabled)`) || again.querySelector("button:not([hidden], :disabled)"));
    (usable || panel.querySelector("#related-query")).focus();
  });

  /* --- dragging, for the mouse: the buttons do the same */

  let dragged = null;
  list("pinned").addEventListener("dragstart", (event) => {
    dragged = event.target.closest("li");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.querySelector("a").textContent);
  });
  list("pinned").addEventListener("dragover", (event) => {
    const over = event.target.closest("li");
    if (!dragged) return;
    event.preventDefault();
    if (!over || over === dragged) return;
    const box = over.getBoundingClientRect();
    over.parentNode.insertBefore(dragged, event.clientY > box.top + box.height / 2 ? over.nextSibling : over);
  });
  list("pinned").addEventListener("drop", (event) => { if (dragged) event.preventDefault(); });
  list("pinned").addEventListener("dragend", () => {
    const order = [...list("pinned").children].map((item) => Number(item.dataset.id)), pinned = chosen("pinned");
    const id = Number(dragged.dataset.id);
    dragged = null;
    choose("pinned", order.map((number) => pinned.find((story) => story.id === number)));
    note("said", place(pinned.find((story) => story.id === id)));
  });

  /* --- what the server is asked */

  async function ask(more) {
    const data = new URLSearchParams({ story: (window.newsroomWriting?.data.story || "").replace("new", ""), language: form.elements.language.value, ...more });
    const response = await fetch(texts.url, {
      method: "POST", body: data, headers: { "X-CSRFToken": csrf(), Accept: "application/json" },
      redirect: "manual", credentials: "same-origin", signal: AbortSignal.timeout(10000),
    });
    if (!response.ok) throw new Error(String(response.status));
    const { stories } = await response.json();
    for (const { id, headline, address, about, language } of stories) known.set(id, { headline, address, about, language });
    return stories;
  }

  const written = () => Object.fromEntries(["headline", "standfirst", "body", "tags", "section"].map((name) => [name, (form.elements[name]?.value || "").slice(0, LONGEST)]));
  let asked = "", seen = "", changed = 0, last = 0, failures = 0, busy = false;

  async function tick() {
    const text = JSON.stringify([form.elements.language.value, written()]);
    const now = Date.now();
    if (text !== seen) { seen = text; changed = now; }
    if (busy || document.hidden || text === asked || now - changed < SETTLED || now - last < EVERY * 2 ** Math.min(failures, 4)) return;
    last = now;
    const isEmpty = !Object.values({ ...written(), section: "" }).join("").replace(/<[^>]*>/g, "").trim();
    if (isEmpty) { asked = text; shown.suggested = []; draw("suggested"); note("suggested", texts.empty); return warn(); }
    busy = true;
    try {
      shown.suggested = await ask(written());
      asked = text;
      failures = 0;
      note("suggested", shown.suggested.length ? "" : texts.none);
      // A row that is being used is not taken away under the hand.
      if (!list("suggested").contains(document.activeElement)) draw("suggested");
      warn();
    } catch {
      failures += 1;
      note("suggested", texts.away);
    } finally {
      busy = false;
    }
  }

  /* Beside the buttons, where it is seen while the text is written: that this was told before. */
  function warn() {
    const line = document.querySelector(".writing-had");
    if (!line) return;
    const same = shown.suggested.find((story) => story.isSame), close = shown.suggested.find((story) => story.isClose);
    const text = same ? fill(texts.same, same) : close ? fill(texts.close, close) : "";
    line.classList.toggle("is-same", Boolean(same));
    if (line.textContent === text) return;
    const link = Object.assign(document.createElement("a"), { textContent: text, href: "#related-panel" });
    line.replaceChildren(...(text ? [link] : []));
  }
  list("suggested").addEventListener("focusout", (event) => { if (!list("suggested").contains(event.relatedTarget) && event.relatedTarget) draw("suggested"); });

  const query = panel.querySelector("#related-query");
  let waiting = 0, number = 0;
  async function find() {
    clearTimeout(waiting);
    const mine = ++number, q = query.value.trim();
    note("found", q ? texts.asking : "");
    let stories = [], failed = false;
    try { stories = q ? await ask({ q }) : []; } catch { failed = true; }
    if (mine !== number) return;
    shown.found = stories;
    note("found", failed ? texts.away : q && !stories.length ? texts.lost : "");
    draw("found");
  }
  query.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(find, 400); });
  query.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); find(); } });

  setInterval(tick, 500);
}
