/* A live story: asks every five seconds for the part of the page that changes, and puts it in when it has changed.
   The browser's own cache carries the ETag, so that an answer without news is a few bytes. Without this file: reload. */
const place = document.querySelector("[data-live]");
const EVERY = 5000, LONGEST = 60000;

if (place) start();

function start() {
  const list = place.querySelector("[data-updates]"), told = place.querySelector("[role=status]");
  let last = "", pause = EVERY;

  const ids = (root) => [...root.querySelectorAll(".update")].map((update) => update.id);

  function put(text) {
    const known = new Set(ids(list)), page = new DOMParser().parseFromString(text, "text/html");
    const fresh = ids(page).filter((id) => !known.has(id));
    const focus = document.activeElement?.closest(".update")?.id;
    // What the reader looks at stays where it is.
    const anchor = [...list.querySelectorAll(".update")].find((update) => update.getBoundingClientRect().top >= 0);
    const top = anchor?.getBoundingClientRect().top;
    list.replaceChildren(...page.body.childNodes);
    for (const id of fresh) document.getElementById(id)?.classList.add("fresh");
    const again = anchor && scrollY > 0 && document.getElementById(anchor.id);
    if (again) scrollBy({ top: again.getBoundingClientRect().top - top, behavior: "instant" });
    if (focus) document.getElementById(focus)?.querySelector("a")?.focus({ preventScroll: true });
    if (fresh.length) told.textContent = place.dataset.told.replace("{number}", fresh.length.toLocaleString(document.documentElement.lang));
  }

  async function ask() {
    if (!document.hidden && navigator.onLine) {
      try {
        const answer = await fetch(place.dataset.live, { cache: "no-cache", credentials: "omit", signal: AbortSignal.timeout(10000) });
        if ([404, 410].includes(answer.status)) return;
        if (!answer.ok) throw new Error(String(answer.status));
        const text = await answer.text();
        if (last && text !== last) put(text);
        else if (!last && ids(new DOMParser().parseFromString(text, "text/html")).join() !== ids(list).join()) put(text);
        last = text;
        pause = EVERY;
      } catch {
        pause = Math.min(LONGEST, pause * 2);
      }
    }
    setTimeout(ask, pause);
  }
  setTimeout(ask, EVERY);
}
