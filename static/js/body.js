/* What the editor of a story's text has beyond text: pictures of the library, galleries, pull quotes, fact boxes, links to
   other stories. Stored as the server's sanitiser allows it (newsportal/core/sanitising.py). */
import { Blockquote as PlainBlockquote, crel, Extension, Figure as PlainFigure, Node, updateAttrsDialog } from "django-prose-editor/editor";

const attribute = (name) => ({
  default: null,
  parseHTML: (element) => element.getAttribute(name),
  renderHTML: (attributes) => { const value = attributes[name.replace("data-", "")]; return value ? { [name]: value } : {}; },
});
const options = (editor) => editor.extensionManager.extensions.find(({ name }) => name === "storyBlocks").options;

/* --- A dialog with a search field and a list of what was found; resolves to the rows that were chosen. */

function choose(editor, { title, label, find, show, several = false, more = null }) {
  const { texts } = options(editor);
  return new Promise((resolve) => {
    const chosen = new Map();
    const input = crel("input", { type: "search", "aria-label": label, placeholder: label });
    const status = crel("p", { role: "status", className: "quiet" });
    const list = crel("ul", { className: "picker-list" });
    const cancel = crel("button", { type: "button", textContent: texts.cancel });
    const insert = crel("button", { type: "submit", textContent: texts.insert, hidden: !several });
    const form = crel("form", { method: "dialog" }, [
      crel("h3", { className: "prose-editor-dialog-title", textContent: title }), input, status, list,
      crel("div", { className: "prose-editor-dialog-buttons" }, [insert, cancel, ...(more ? [more] : [])]),
    ]);
    const dialog = crel("dialog", { className: "prose-editor-dialog picker" }, [form]);
    let rows = null, last = 0, timer = 0;

    function press(row, button) {
      if (!several) { rows = [row]; return dialog.close(); }
      if (chosen.delete(row.id)) return button.setAttribute("aria-pressed", "false");
      chosen.set(row.id, row);
      return button.setAttribute("aria-pressed", "true");
    }

    async function look() {
      const mine = ++last;
      try {
        const found = await find(input.value.trim());
        if (mine !== last) return;
        status.textContent = found.length ? "" : texts.nothing;
        list.replaceChildren(...found.map((row) => {
          const button = crel("button", { type: "button", ...(several ? { "aria-pressed": String(chosen.has(row.id)) } : {}) }, show(row));
          button.addEventListener("click", () => press(row, button));
          return crel("li", {}, [button]);
        }));
      } catch {
        if (mine === last) status.textContent = texts.lost;
      }
    }

    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 250); });
    input.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); look(); } });
    cancel.addEventListener("click", () => dialog.close());
    form.addEventListener("submit", (event) => { event.preventDefault(); rows = [...chosen.values()]; dialog.close(); });
    dialog.addEventListener("close", () => { dialog.remove(); resolve(rows); });
    document.body.append(dialog);
    dialog.showModal();
    look();
  });
}

async function answer(response) {
  if (!response.ok || response.redirected) throw new Error(String(response.status));
  return response.json();
}

function choosePictures(editor, several) {
  const { texts, pictures, upload } = options(editor);
  return choose(editor, {
    several,
    title: several ? texts.gallery : texts.picture,
    label: texts.searchPictures,
    find: async (words) => (await answer(await fetch(`${pictures}?${new URLSearchParams({ q: words })}`, { headers: { Accept: "application/json" } }))).pictures,
    show: (row) => [crel("img", { src: row.thumbnail, alt: "", loading: "lazy" }), crel("span", { textContent: row.name })],
    more: crel("a", { href: upload, target: "_blank", textContent: texts.add }),
  });
}

function chooseStory(editor) {
  const { texts, stories } = options(editor);
  const form = editor.view.dom.closest("form");
  const field = (name) => form?.elements[name]?.value || "";
  return choose(editor, {
    title: texts.story,
    label: texts.searchStories,
    find: async (words) => {
      const asked = { language: field("language"), story: window.newsroomWriting?.data.story?.replace("new", "") || "" };
      const text = words ? { q: words } : { headline: field("headline"), standfirst: field("standfirst"), body: field("body") };
      const headers = { "X-CSRFToken": field("csrfmiddlewaretoken"), Accept: "application/json" };
      return (await answer(await fetch(stories, { method: "POST", body: new URLSearchParams({ ...asked, ...text }), headers }))).stories;
    },
    show: (row) => [crel("strong", { textContent: row.headline }), crel("span", { className: "quiet", textContent: row.about })],
  });
}

/* --- Pictures */

const figureOf = (row, attributes = {}) => ({
  type: "figure",
  attrs: { picture: String(row.id), size: attributes.size || null },
  content: [{ type: "image", attrs: { src: row.src, alt: attributes.alt ?? row.alt } },
    ...(attributes.caption ? [{ type: "caption", content: [{ type: "text", text: attributes.caption }] }] : [])],
});

/* The figure that the selection is in, with its place; null outside. */
function figureAt({ selection }) {
  const { $from } = selection;
  if (selection.node?.type.name === "figure") return { node: selection.node, place: selection.from };
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    if ($from.node(depth).type.name === "figure") return { node: $from.node(depth), place: $from.before(depth) };
  }
  return null;
}

function details(editor, { alt, caption, size, isNew }) {
  const { texts } = options(editor);
  const names = [[null, texts.normal], ["wide", texts.wide], ["full", texts.full]];
  const fields = {
    alt: { type: "string", title: texts.alt },
    ...(isNew ? { caption: { type: "string", title: texts.caption } } : {}),
    size: { title: texts.size, enum: names.map(([, name]) => name) },
  };
  const shown = { alt, caption, size: names.find(([value]) => value === size)[1] };
  const asked = updateAttrsDialog(fields, { title: texts.edit, submitText: texts.insert })(editor, shown);
  // A list shows its first line until it is a part of the page.
  const list = editor.view.dom.parentElement.querySelector("dialog select[name=size]");
  if (list) list.value = shown.size;
  return asked.then((said) => said && { ...said, size: names.find(([, name]) => name === said.size)?.[0] || null });
}

async function addPicture(editor) {
  const [row] = (await choosePictures(editor, false)) || [];
  const said = row && (await details(editor, { alt: row.alt, caption: row.caption, size: null, isNew: true }));
  if (said) editor.chain().focus().insertContent(figureOf(row, said)).run();
}

async function changePicture(editor, { node, place }) {
  const image = node.firstChild;
  const said = await details(editor, { alt: image.attrs.alt || "", size: node.attrs.size, isNew: false });
  if (!said) return;
  editor.chain().focus().command(({ tr }) => {
    tr.setNodeMarkup(place, undefined, { ...node.attrs, size: said.size });
    tr.setNodeMarkup(place + 1, undefined, { ...image.attrs, alt: said.alt });
    return true;
  }).run();
}

export const Figure = PlainFigure.extend({
  addAttributes() {
    return { picture: attribute("data-picture"), size: attribute("data-size") };
  },

  addNodeView() {
    return ({ node }) => {
      const dom = crel("figure");
      const mark = ({ attrs }) => { dom.dataset.size = attrs.size || ""; dom.dataset.picture = attrs.picture || ""; };
      mark(node);
      return { dom, contentDOM: dom, update: (next) => next.type.name === "figure" && (mark(next), true) };
    };
  },

  addCommands() {
    return {
      ...this.parent?.(),
      insertFigure: () => ({ editor, state, dispatch }) => {
        const here = figureAt(state);
        if (dispatch) {
          if (here) changePicture(editor, here);
          else addPicture(editor);
        }
        return true;
      },
    };
  },
});

export const Gallery = Node.create({
  name: "gallery",
  group: "block",
  content: "figure+",
  draggable: true,
  isolating: true,
  parseHTML: () => [{ tag: "figure[data-gallery]", priority: 60 }],
  renderHTML: () => ["figure", { "data-gallery": "1" }, 0],
});

async function addGallery(editor) {
  const rows = await choosePictures(editor, true);
  if (rows?.length) editor.chain().focus().insertContent({ type: "gallery", content: rows.map((row) => figureOf(row, { caption: row.caption })) }).run();
}

/* --- Quotes and boxes */

export const Blockquote = PlainBlockquote.extend({
  addAttributes() {
    return { kind: attribute("data-kind") };
  },
});

function toggleKind(editor, kind) {
  const chain = editor.chain().focus();
  if (editor.isActive("blockquote", { kind })) chain.lift("blockquote").run();
  else if (editor.isActive("blockquote")) chain.updateAttributes("blockquote", { kind }).run();
  else chain.wrapIn("blockquote", { kind }).run();
}

/* --- Links to other stories */

async function linkStory(editor) {
  const [row] = (await chooseStory(editor)) || [];
  if (!row) return;
  const mark = { type: "link", attrs: { href: row.path } };
  if (editor.state.selection.empty) editor.chain().focus().insertContent([{ type: "text", text: row.headline, marks: [mark] }, { type: "text", text: " " }]).run();
  else editor.chain().focus().setLink({ href: row.path }).run();
}

export const StoryBlocks = Extension.create({
  name: "storyBlocks",

  addOptions: () => ({ texts: {}, pictures: "", upload: "", stories: "" }),

  addMenuItems({ buttons, menu }) {
    const { texts } = this.options;
    const add = (name, icon, title, command, rest = {}) => {
      menu.defineItem({ name, groups: "nodes", priority: 50, button: buttons.material(icon, title), option: crel("p", { textContent: title }), command, ...rest });
    };
    add("gallery", "photo_library", texts.gallery, addGallery);
    add("pullQuote", "chat_bubble_outline", texts.pull, (editor) => toggleKind(editor, "pull"), { active: (editor) => editor.isActive("blockquote", { kind: "pull" }) });
    add("factBox", "info", texts.facts, (editor) => toggleKind(editor, "facts"), { active: (editor) => editor.isActive("blockquote", { kind: "facts" }) });
    menu.defineItem({ name: "storyLink", groups: "link", priority: 50, button: buttons.material("article", texts.story), command: linkStory });
  },
});
