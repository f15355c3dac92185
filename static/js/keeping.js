// Nothing typed into an issue is lost: within a second into this browser, within five to the server; and who else is
// here. Without this file the form is saved by its buttons alone.
const form = document.getElementById("composer");
const SAVE_EVERY = 4000, LOOK_EVERY = 15000, LONGEST_PAUSE = 15000;

if (form) start();

function start() {
  const data = form.dataset;
  const key = `newsroom:${data.writer}:issue:${data.issue}`;
  const [state, others, stale] = ["state", "others", "stale"].map((name) => form.querySelector(`p[data-${name}], span[data-${name}]`));
  const isText = ([name]) => !/^(_|csrf|q$|writer$|width$|scheme$|part$|pictures$)/.test(name);
  const fields = () => [...new FormData(form)].filter(isText);
  const asText = () => JSON.stringify(fields());
  const csrf = () => (document.cookie.match(/csrftoken=([\w-]+)/) || [0, form.elements.csrfmiddlewaretoken.value])[1];
  const clock = (moment) => new Date(moment).toLocaleTimeString(document.documentElement.lang || "en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: data.timeZone });
  // A form that came back from the server with words that are not saved is unsaved from the start.
  let touched = "bound" in data || "keptAt" in data;
  let saved = touched ? "" : asText();
  let atServer = "keptAt" in data ? asText() : saved, here = "", isHere = true;
  let asked = 0, pause = 0, failures = 0, underWay = null, ending = null, leaving = false;

  const isUnsaved = () => touched && asText() !== saved;
  const say = (part, text) => { if (part.textContent !== text) part.textContent = text; };

  function read() {
    try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
  }
  function drop() {
    here = "";
    try { localStorage.removeItem(key); } catch { /* It keeps nothing anyway. */ }
  }
  // Until the server has it, this browser keeps it.
  function keepHere(more = {}) {
    const text = asText();
    if (text === here && !more.submitted) return;
    here = text;
    try {
      localStorage.setItem(key, JSON.stringify({ fields: fields(), version: form.elements.version.value, at: Date.now(), ...more }));
      isHere = true;
    } catch { isHere = false; }
  }

  function request(body) {
    const own = ending = new AbortController();
    setTimeout(() => own.abort(new DOMException("", "TimeoutError")), 10000);
    return fetch(data.keep, {
      method: body ? "POST" : "GET", body, headers: { "X-CSRFToken": csrf(), Accept: "application/json" },
      redirect: "manual", credentials: "same-origin", signal: own.signal,
    });
  }
  function bodyOf(pairs) {
    const body = new FormData();
    for (const [name, value] of pairs) body.append(name, value);
    body.set("writer", data.writer);
    return body;
  }

  async function ask(pairs) {
    const text = pairs && JSON.stringify(pairs);
    asked = Date.now();
    let answer;
    try {
      const response = await request(pairs && bodyOf(pairs));
      if (response.type === "opaqueredirect") throw new Error(data.signedOut);
      const isJson = (response.headers.get("Content-Type") || "").includes("json");
      if (!response.ok) throw new Error(isJson ? (await response.json()).error : data.away);
      answer = await response.json();
    } catch (error) {
      if (error.name === "AbortError") return null;
      failures += 1;
      pause = Math.min(LONGEST_PAUSE, 1500 * 2 ** failures);
      const reason = error.name === "Error" && error.message ? error.message : data.away;
      if (isUnsaved()) say(state, `${reason} ${isHere ? data.here : data.nowhere}`);
      return null;
    }
    failures = pause = 0;
    if (pairs) took(text, answer);
    const names = answer.others.join(", ");
    say(others, names && data.others.replace("{names}", names));
    const isStale = answer.version > Number(form.elements.version.value);
    say(stale, isStale ? data.stale.replace("{name}", answer.saved_by) : "");
    return answer;
  }

  function took(text, answer) {
    atServer = text;
    if (!answer.kept_at) saved = text;
    if (asText() !== text) return;
    drop();
    say(state, answer.kept_at ? data.kept.replace("{time}", clock(answer.kept_at)) : "");
  }

  function go(pairs) {
    underWay ||= ask(pairs).finally(() => { underWay = null; });
    return underWay;
  }

  function tick() {
    if (leaving) return;
    const waited = Date.now() - asked;
    if (isUnsaved()) {
      const text = asText();
      if (text !== atServer) {
        keepHere();
        if (!/\S/.test(state.textContent) || failures === 0) say(state, data.unsaved);
        if (!underWay && waited >= Math.max(SAVE_EVERY, pause)) go(fields());
      }
    }
    if (!underWay && waited >= Math.max(LOOK_EVERY, pause)) go();
  }

  // What the server did not get before the page was closed: it gets it now, and shows it.
  async function bringBack() {
    const entry = read();
    if (!entry) return;
    const wasSaved = entry.submitted && Number(data.version) > Number(entry.version);
    if (wasSaved || entry.at < Date.parse(data.keptAt || 0)) return drop();
    const answer = await go(entry.fields);
    if (!answer) return;
    drop();
    if (answer.kept_at) location.reload();
  }

  // The part of the page that shows the mail is no part of what is written.
  const isWriting = (event) => !event.target.closest("[data-preview]") && !event.target.matches("[data-query]");
  for (const kind of ["input", "change", "click", "pointerup"]) {
    form.addEventListener(kind, (event) => {
      if (!isWriting(event)) return;
      if (!touched) touched = true;
      if (kind !== "click" && kind !== "pointerup" && isUnsaved() && failures === 0) say(state, data.unsaved);
    });
  }
  form.addEventListener("submit", (event) => {
    // The preview opens in its frame beside the form, which stays.
    if (event.submitter?.formTarget || leaving === "held") return leaving === "held" && event.preventDefault();
    form.elements.csrfmiddlewaretoken.value = csrf();
    if (underWay) {
      // What is on its way must not arrive after the save.
      const button = event.submitter;
      event.preventDefault();
      leaving = "held";
      return Promise.race([underWay, new Promise((done) => setTimeout(done, 3000))]).then(() => {
        leaving = false;
        underWay = null;
        ending.abort();
        form.requestSubmit(button);
      });
    }
    if (isUnsaved()) keepHere({ submitted: true });
    leaving = true;
    return undefined;
  });
  addEventListener("beforeunload", (event) => {
    if (!leaving && !isHere && isUnsaved() && asText() !== atServer) event.preventDefault();
  });
  addEventListener("pagehide", () => {
    if (leaving || !isUnsaved() || asText() === atServer) return;
    keepHere();
    fetch(data.keep, { method: "POST", body: bodyOf(fields()), headers: { "X-CSRFToken": csrf() }, keepalive: true }).catch(() => {});
  });
  addEventListener("pageshow", (event) => { if (event.persisted) leaving = false; });
  addEventListener("online", () => { pause = 0; });
  // The text's editor tidies its field when it starts: that is nobody's typing.
  const settle = () => { if (!touched) saved = atServer = asText(); };
  setTimeout(settle, 500);
  if (!("bound" in data)) bringBack();
  setInterval(() => { if (touched) tick(); else { settle(); tick(); } }, 1000);
}
