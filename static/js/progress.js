/* A page that shows how far some work is: looks for news every three seconds, and loads anew once the work is done. */
const place = () => document.querySelector("#at-work");

async function look() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const news = answer.ok && page.querySelector("#at-work");
    if (answer.ok && !news) return location.reload();
    if (news) place().replaceChildren(...news.childNodes);
  } catch {
    // Away for a moment: the next look tells.
  }
  return setTimeout(look, 3000);
}

setTimeout(look, 3000);
