/* What this browser keeps of a story that is being written, and bringing it back. Runs before the body's editor starts,
   so that the editor finds the text in its field. newsroom.js goes on from here. */
(() => {
  "use strict";
  const place = document.getElementById("writing");
  const form = place && place.closest("form");
  if (!form) return;
  const data = place.dataset;
  const PREFIX = `newsroom:${data.writer}:`;
  const MONTH = 30 * 24 * 3600 * 1000;
  const skewed = Date.parse(data.now) - Date.now();
  const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(15)), (n) => (n % 36).toString(36)).join("");
  const isText = (field) => field.name && !/^_|^choose_|-|^(csrfmiddlewaretoken|form_key|save_key|base)$/.test(field.name)
    && !/^(submit|button|file|image|reset)$/.test(field.type);

  const writing = {
    form, data, newKey,
    now: () => Date.now() + skewed,
    storageKey: () => PREFIX + (data.story === "new" ? `new:${form.elements.form_key.value}` : data.story),

    /* The fields as they stand: {name: value}. */
    snapshot() {
      const fields = {};
      for (const field of form.elements) {
        if (isText(field) && (field.type !== "radio" || field.checked)) {
          fields[field.name] = field.type === "checkbox" ? field.checked : field.value;
          // A list that is searched on the server holds its chosen row only: its name is kept with it.
          if (field.matches(".admin-autocomplete") && field.value) fields[`-${field.name}`] = field.selectedOptions[0].text;
        }
      }
      return fields;
    },

    fill(fields) {
      for (const field of form.elements) {
        if (!isText(field) || !(field.name in fields)) continue;
        const value = fields[field.name];
        if (field.type === "checkbox") field.checked = value;
        else if (field.type === "radio") field.checked = field.value === value;
        else {
          if (field.tagName === "SELECT" && value && ![...field.options].some((option) => option.value === value)) {
            field.add(new Option(fields[`-${field.name}`] || value, value));
          }
          field.value = value;
        }
      }
    },

    read(key) {
      try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
    },
    /* False where the browser refuses (its space is full, or it keeps nothing). */
    write(entry, key = writing.storageKey()) {
      try { localStorage.setItem(key, JSON.stringify(entry)); return true; } catch { return false; }
    },
    drop(key = writing.storageKey()) {
      try { localStorage.removeItem(key); } catch { /* It keeps nothing anyway. */ }
    },
    clock(moment) {
      const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: data.timeZone };
      if (writing.now() - moment > 20 * 3600 * 1000) Object.assign(options, { day: "numeric", month: "long" });
      else if (writing.now() - moment < 60000) options.second = "2-digit";
      return new Date(moment).toLocaleString(document.documentElement.lang || "en", options);
    },
  };
  window.newsroomWriting = writing;

  const saves = (document.cookie.match(/newsroom_saved="?([\w.]+)/) || [0, ""])[1].split(".");
  const mine = [];
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) mine.push([key, writing.read(key)]);
  } catch { /* It keeps nothing. */ }
  for (const [key, entry] of mine) {
    if (!entry || saves.includes(entry.submitted) || writing.now() - entry.at > MONTH) writing.drop(key);
  }

  /* A new story has no id yet: its entry is the newest that no open window is writing. */
  function waiting() {
    if (data.story !== "new") return [writing.storageKey(), writing.read(writing.storageKey())];
    const left = mine.filter(([key, entry]) => key.startsWith(`${PREFIX}new:`) && writing.read(key)
      && (writing.now() - entry.beat > 15000 || entry.left));
    return left.sort((a, b) => b[1].at - a[1].at)[0] || ["", null];
  }

  const banner = document.getElementById("kept-text");
  function say(sentence, entry) {
    const line = banner.querySelector("p");
    line.textContent = line.dataset[sentence].replace("{time}", writing.clock(entry.at));
    banner.querySelector("[data-act=fill]").hidden = sentence !== "offered";
    banner.hidden = false;
  }
  function take(entry) {
    writing.fill(entry.fields);
    if (entry.base) { data.base = entry.base; form.elements.base.value = entry.base; }
    if (entry.formKey) form.elements.form_key.value = entry.formKey;
    writing.restored = true;
  }

  function bringBack(key, entry) {
    const shown = JSON.stringify(writing.snapshot());
    const same = JSON.stringify({ ...writing.snapshot(), ...entry.fields }) === shown;
    const unsaved = Number(data.unsaved);
    if (same || (entry.kept && entry.kept !== unsaved)) {
      // Nothing that the form does not show; or the server had it, and it was saved or discarded since.
      writing.drop(key);
    } else if (unsaved && entry.kept === unsaved) {
      // The server has the words; what it does not keep, such as times, comes from here.
      take(entry);
    } else if (unsaved && entry.at < Date.parse(data.unsavedAt)) {
      writing.write(entry, `${key}:aside`);
      writing.drop(key);
    } else {
      take(entry);
      say("filled", entry);
    }
  }

  form.autocomplete = "off";
  if (!("bound" in data)) {
    const [key, entry] = waiting();
    if (entry) bringBack(key, entry);
    const aside = writing.read(`${key}:aside`);
    if (aside && banner.hidden) say("offered", aside);
    banner.addEventListener("click", (event) => {
      const act = event.target.dataset.act;
      if (!act) return;
      writing.gone = true;
      writing.drop(key);
      writing.drop(`${key}:aside`);
      if (act === "fill") writing.write({ ...aside, kept: null, at: writing.now() }, key);
      location.reload();
    });
  }
  if (!form.elements.form_key.value) form.elements.form_key.value = newKey();
})();
