/* Answers for stories when there is no network, from what static/js/shelf.js put on the device. Online, the network is
   always asked, so that a withdrawn story is never shown as one that stands. */
const STORY = /^\/(?!admin\/|accounts\/|preview\/|newsletter\/).+\/\d+\/[^/]+\/$/;
const SAVED = /^\/(?:[a-z-]+\/)?saved\/$/;
const PARTS = /^\/(?:static|media)\//;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate" && (STORY.test(pathname) || SAVED.test(pathname))) event.respondWith(page(request, pathname));
  else if (PARTS.test(pathname)) event.respondWith(part(request));
});

async function page(request, pathname) {
  let answer;
  try {
    /* Asked anew each time: browsers may show a page again for the time that shared caches may. */
    answer = await fetch(request.url, { cache: "no-cache", redirect: "manual", credentials: "same-origin" });
  } catch {
    const copy = (await caches.match(pathname, { ignoreVary: true })) ?? (await savedPage(pathname));
    return copy ? marked(copy) : Response.error();
  }
  if (answer.status === 404 || answer.status === 410) {
    for (const name of await caches.keys()) await (await caches.open(name)).delete(pathname);
  } else if (answer.ok) {
    /* What is on a shelf is replaced by what was just read: a correction is not missed offline. */
    for (const name of await caches.keys()) {
      const shelf = await caches.open(name);
      if (await shelf.match(pathname)) await shelf.put(pathname, answer.clone());
    }
  }
  return answer;
}

async function part(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request, { ignoreVary: true })) ?? Response.error();
  }
}

/* The list of stories of the edition that was asked for, else of any. */
async function savedPage(pathname) {
  const shelf = await caches.open("pages");
  const pages = (await shelf.keys()).map(({ url }) => new URL(url).pathname).filter((path) => SAVED.test(path));
  const own = pages.find((path) => path !== "/saved/" && pathname.startsWith(path.replace("saved/", "")));
  return shelf.match(own ?? pages.find((path) => path === "/saved/") ?? pages[0] ?? "/saved/", { ignoreVary: true });
}

/* The page says that it is a copy: see [data-offline] in static/css/parts.css. */
async function marked(copy) {
  const text = (await copy.text()).replace("<html ", "<html data-offline ");
  const kept = ["Content-Type", "Content-Security-Policy"].map((name) => [name, copy.headers.get(name) ?? ""]);
  return new Response(text, { headers: kept });
}
