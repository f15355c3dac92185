/* What is pasted from Word, Google Docs and web pages, made into the plain headings, lists, links and quotes that it means. */
import { Extension, Plugin } from "django-prose-editor/editor";

/* The page's policy allows no styles in attributes, not even to look at: they are read under another name. */
const STYLE = "data-pasted";
const GONE = "script, style, meta, link, title, head, iframe, object, svg, form, button, input, textarea, select, [hidden]";

function rename(element, tag) {
  const renamed = element.ownerDocument.createElement(tag);
  renamed.append(...element.childNodes);
  element.replaceWith(renamed);
}

/* Word writes a list as paragraphs that begin with a bullet or a number. */
function listItems(root) {
  let list = null;
  for (const line of root.querySelectorAll("p")) {
    if (!/mso-list:\s*l\d/i.test(line.getAttribute(STYLE) || "")) {
      list = null;
      continue;
    }
    const mark = [...line.querySelectorAll("span")].find((span) => /mso-list:\s*ignore/i.test(span.getAttribute(STYLE) || ""));
    const tag = /^\W*(\d+|[a-z]{1,3})[.)]/i.test(mark?.textContent || "") ? "ol" : "ul";
    mark?.remove();
    if (!list || list.localName !== tag || list.nextElementSibling !== line) {
      list = root.ownerDocument.createElement(tag);
      line.before(list);
    }
    const item = root.ownerDocument.createElement("li");
    item.append(...line.childNodes);
    list.append(item);
    line.remove();
  }
}

/* Google Docs writes what is bold or slanted as styles of spans; what says that it is neither is taken at its word. */
function marks(root) {
  for (const element of root.querySelectorAll(`[${STYLE}]`)) {
    const style = element.getAttribute(STYLE);
    if (element.localName === "b" && /font-weight:\s*(normal|400)/i.test(style)) element.replaceWith(...element.childNodes);
    if (element.localName !== "span") continue;
    const tags = [[/font-weight:\s*(bold|[6-9]00)/i, "strong"], [/font-style:\s*italic/i, "em"]];
    for (const [sign, tag] of tags) {
      if (!sign.test(style)) continue;
      const mark = root.ownerDocument.createElement(tag);
      mark.append(...element.childNodes);
      element.append(mark);
    }
  }
}

/* Google sends readers through an address of its own. */
function straight(link) {
  try {
    const address = new URL(link.getAttribute("href"), location.href);
    const aim = /(^|\.)google\.[a-z.]+$/.test(address.hostname) && address.pathname === "/url" ? address.searchParams.get("q") : "";
    if (aim && /^https?:/.test(aim)) link.setAttribute("href", aim);
  } catch {
    link.replaceWith(...link.childNodes);
  }
}

function cleaned(html) {
  const plain = html
    .replaceAll(/<!--[\s\S]*?-->|<style[\s\S]*?<\/style>|<\/?o:p[^>]*>/gi, "")
    .replaceAll(/<[a-z][^>]*>/gi, (tag) => tag.replaceAll(/\sstyle\s*=/gi, ` ${STYLE}=`));
  const { body } = new DOMParser().parseFromString(plain, "text/html");
  for (const element of body.querySelectorAll(GONE)) element.remove();
  for (const wrapper of body.querySelectorAll("[id^=docs-internal-guid]")) wrapper.replaceWith(...wrapper.childNodes);
  listItems(body);
  marks(body);
  for (const title of body.querySelectorAll("h1, p.MsoTitle")) rename(title, "h2");
  for (const title of body.querySelectorAll("h4, h5, h6")) rename(title, "h3");
  for (const title of body.querySelectorAll("p.MsoQuote, p.MsoIntenseQuote")) rename(title, "blockquote");
  for (const link of body.querySelectorAll("a[href]")) straight(link);
  for (const image of body.querySelectorAll("img")) {
    if (!image.getAttribute("src")?.startsWith("/") && !image.src.startsWith(location.origin)) image.remove();
  }
  for (const bold of body.querySelectorAll(":is(h2, h3) :is(b, strong)")) bold.replaceWith(...bold.childNodes);
  for (const line of body.querySelectorAll("p, h2, h3")) {
    if (!line.textContent.trim() && !line.querySelector("img")) line.remove();
  }
  return body.innerHTML;
}

export const CleanPaste = Extension.create({
  name: "cleanPaste",
  addProseMirrorPlugins: () => [new Plugin({ props: { transformPastedHTML: cleaned } })],
});
