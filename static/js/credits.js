/* The names of a story's byline, one a line in a field of the form; this shows them as rows with role, name and order,
   and finds contributors while a name is typed. Without it the field is there to be written in. */
const panel = document.getElementById("credits-panel");
const field = panel && document.getElementById("id_credits");
// Pause after the last key before the server is asked, in milliseconds.
const SETTLED = 250;

if (panel && field) start();

function start() {
  const texts = panel.dataset, code = document.getElementById("id_byline_code");
  const list = panel.querySelector("ol"), said = panel.querySelector("[data-note=said]"), template = panel.querySelector("template");
  const labels = Object.fromEntries([...template.content.querySelectorAll("option")].map((option) => [option.value, option.textContent]));
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  const same = (one, other) => one.trim().toLocaleLowerCase() === other.trim().toLocaleLowerCase();
  let rows = field.value.split("\n").map(read).filter((row) => row.name);
  let shownCode = code ? code.value : "", number = 0;

  const holder = field.closest(".form-row");
  for (const errors of holder.querySelectorAll(".errorlist")) panel.prepend(errors);
  holder.hidden = true;
  holder.after(panel);
  panel.hidden = false;
  draw();

  function read(line) {
    const role = Object.keys(labels).find((value) => line.startsWith(`${labels[value]}: `)) || "words";
    const rest = line.startsWith(`${labels[role]}: `) ? line.slice(labels[role].length + 2) : line;
    const numbered = rest.match(/^#(\d+)\s*(.*)$/), guest = `(${texts.guest})`;
    if (numbered) return { role, id: Number(numbered[1]), name: numbered[2].trim() || `#${numbered[1]}`, isGuest: false };
    const isGuest = rest.trim().endsWith(guest);
    return { role, id: 0, name: (isGuest ? rest.trim().slice(0, -guest.length) : rest).trim(), isGuest };
  }

  function keep() {
    const line = ({ role, id, name, isGuest }) => (role === "words" ? "" : `${labels[role]}: `) + (id ? `#${id} ` : "") + name.trim() + (isGuest ? ` (${texts.guest})` : "");
    field.value = rows.filter((row) => row.name.trim()).map(line).join("\n");
  }

  function draw() {
    list.replaceChildren(...rows.map(item));
    panel.querySelector("[data-note=empty]").hidden = rows.length > 0;
  }

  function item(row, place) {
    const element = template.content.firstElementChild.cloneNode(true), part = (selector) => element.querySelector(selector);
    const select = part("select"), input = part("input"), options = part("[role=listbox]");
    row.element = element;
    select.value = row.role;
    input.value = row.name;
    options.id = `credits-options-${(number += 1)}`;
    input.setAttribute("aria-controls", options.id);
    for (const control of element.querySelectorAll("[aria-label]")) control.dataset.label = control.getAttribute("aria-label");
    part("[data-act=up]").disabled = place === 0;
    part("[data-act=down]").disabled = place === rows.length - 1;
    tell(row);
    select.addEventListener("change", () => { row.role = select.value; keep(); });
    suggesting(row, input, options);
    return element;
  }

  function tell(row) {
    const facts = { name: row.name.trim() || texts.nobody, place: rows.indexOf(row) + 1 };
    for (const control of row.element.querySelectorAll("[data-label]")) control.setAttribute("aria-label", fill(control.dataset.label, facts));
    const note = row.id ? row.about || "" : row.isGuest ? texts.asGuest : row.isUnclear ? texts.unclear : "";
    row.element.querySelector(".credits-note").textContent = note;
  }

  /* --- finding a contributor: a combobox (WAI-ARIA, list autocomplete with manual selection) */

  function suggesting(row, input, options) {
    let waiting = 0, asked = 0, people = null, active = -1;
    const isOpen = () => !options.hidden;
    const close = () => { options.hidden = true; active = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
    const choices = () => [...(people || []), { id: 0, name: input.value.trim(), about: texts.asGuest }];

    function open() {
      options.replaceChildren(...choices().map((person, place) => {
        const option = Object.assign(document.createElement("li"), { id: `${options.id}-${place}` });
        option.setAttribute("role", "option");
        const about = Object.assign(document.createElement("span"), { className: "quiet", textContent: person.about });
        option.append(person.name, " ", about);
        option.addEventListener("pointerdown", (event) => { event.preventDefault(); take(choices()[place]); });
        return option;
      }));
      options.hidden = false;
      input.setAttribute("aria-expanded", "true");
      mark(-1);
      said.textContent = people.length ? fill(texts.found, { number: people.length }) : texts.lost;
    }
    function mark(place) {
      active = place;
      [...options.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === place)));
      if (place < 0) return input.removeAttribute("aria-activedescendant");
      input.setAttribute("aria-activedescendant", options.children[place].id);
      return options.children[place].scrollIntoView({ block: "nearest" });
    }
    function take(person) {
      Object.assign(row, { id: person.id, name: person.name, about: person.id ? person.about : "", isGuest: !person.id, isUnclear: false });
      input.value = person.name;
      close();
      tell(row);
      keep();
    }
    // What was typed and not chosen: the one contributor of that name, or else a guest.
    function settle() {
      if (row.id || row.isGuest || !row.name.trim() || people === null) return;
      const named = people.filter((person) => person.names.some((name) => same(name, row.name)));
      if (named.length > 1) { row.isUnclear = true; tell(row); } else take(named[0] || { id: 0, name: row.name.trim() });
    }
    async function find() {
      const mine = (asked += 1);
      const found = await ask({ q: row.name.trim() });
      if (mine !== asked || found === null) return;
      people = found;
      if (document.activeElement === input && row.name.trim()) open(); else settle();
    }

    input.addEventListener("input", () => {
      Object.assign(row, { name: input.value, id: 0, isGuest: false, isUnclear: false });
      people = null;
      tell(row);
      keep();
      clearTimeout(waiting);
      if (!row.name.trim()) return close();
      waiting = setTimeout(find, SETTLED);
      return undefined;
    });
    input.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        if (!isOpen()) { if (people) open(); else if (row.name.trim()) find(); return; }
        const most = options.children.length;
        mark((active + step + most + (active < 0 && step < 0 ? 1 : 0)) % most);
      } else if (event.key === "Enter") {
        event.preventDefault();
        if (isOpen() && active >= 0) take(choices()[active]); else { close(); settle(); }
      } else if (event.key === "Escape" && isOpen()) {
        event.preventDefault();
        close();
      }
    });
    input.addEventListener("blur", () => { close(); settle(); });
  }

  async function ask(query) {
    try {
      const response = await fetch(`${texts.url}?${new URLSearchParams(query)}`, { headers: { Accept: "application/json" }, redirect: "manual", credentials: "same-origin", signal: AbortSignal.timeout(10000) });
      return response.ok ? (await response.json()).people : null;
    } catch { return null; }
  }

  /* --- the code: whom it names comes in with the words, whom it names no more goes */

  code?.addEventListener("change", async () => {
    const before = shownCode;
    shownCode = code.value;
    const [left, named] = [await ask({ code: before }), await ask({ code: shownCode })];
    if (!left || !named || shownCode !== code.value || (code.value.trim() && !named.length)) return;
    const ids = named.map((person) => person.id);
    rows = rows.filter((row) => row.role !== "words" || !left.some((person) => person.id === row.id) || ids.includes(row.id));
    const last = rows.findLastIndex((row) => row.role === "words");
    rows.splice(last + 1, 0, ...named.filter((person) => !rows.some((row) => row.id === person.id)).map((person) => ({ ...person, role: "words", isGuest: false })));
    keep();
    // Who has gone on into the list stays where they are.
    const controls = (row) => [...row.element.querySelectorAll("select, input, button")];
    const held = rows.find((row) => row.element?.contains(document.activeElement));
    const place = held ? controls(held).indexOf(document.activeElement) : -1;
    draw();
    if (place >= 0) controls(held)[place].focus();
  });

  /* --- the buttons */

  const acts = {
    up: (place) => move(place, -1),
    down: (place) => move(place, 1),
    remove(place) { const [row] = rows.splice(place, 1); return fill(texts.removed, { name: row.name || texts.nobody }); },
  };
  function move(place, step) {
    rows.splice(place + step, 0, ...rows.splice(place, 1));
    return fill(texts.moved, { name: rows[place + step].name, place: place + step + 1, number: rows.length });
  }

  list.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-act]");
    if (!button) return;
    const place = [...list.children].indexOf(button.closest("li")), act = button.dataset.act, row = rows[place];
    said.textContent = acts[act](place);
    keep();
    draw();
    // The keyboard goes on where it was: with the name that moved, else with the next one.
    const again = rows.includes(row) ? row.element : list.children[place] || list.lastElementChild;
    const usable = again && (again.querySelector(`[data-act=${act}]:not(:disabled)`) || again.querySelector("button:not(:disabled)"));
    (usable || panel.querySelector("[data-act=add]")).focus();
  });
  panel.querySelector("[data-act=add]").addEventListener("click", () => {
    rows.push({ role: rows.some((row) => row.role === "words") ? "pictures" : "words", id: 0, name: "", isGuest: false });
    draw();
    list.lastElementChild.querySelector("select").focus();
  });
}
