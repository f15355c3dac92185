/* Names for what scripts build in place of a field: the editor of the body and the searched lists have none of their own,
   and a screen reader would say no more than "text field". They are built after the page: until then we look again.
   In rows of a table it is the head of the column that says what stands in a field, plain ones as well. */
const FIELDS = "textarea[data-django-prose-editor-configurable], select.admin-autocomplete";
const EDITOR = ".ProseMirror[contenteditable]", LIST = ".select2-selection", CHOSEN = ".select2-selection__rendered";
const PLAIN = ".tabular td input:not([type=hidden]), .tabular td textarea, .tabular td select:not(.admin-autocomplete)";
const EVERY = 100, TRIES = 300;

/* The last row of a table is kept for copying: nothing is built in it. */
const all = (selector) => [...document.querySelectorAll(selector)].filter((field) => !field.closest(".empty-form"));

function said(field, row) {
  const label = row?.querySelector(`label[for="${field.id}"]`) || row?.closest("table")?.tHead?.rows[0].cells[row.cellIndex];
  return label ? label.textContent.trim().replace(/[:?]$/, "") : "";
}

function name(tries) {
  let waiting = false;
  // It heads nothing: what stands below it is laid over the whole row.
  for (const head of document.querySelectorAll(".tabular th.original:empty")) head.setAttribute("role", "cell");
  for (const field of all(PLAIN)) {
    const text = field.labels.length ? "" : said(field, field.closest("td"));
    if (text) field.setAttribute("aria-label", text);
  }
  for (const field of all(FIELDS)) {
    const row = field.closest("td, .form-row, .field"), text = said(field, row);
    if (!text) continue;
    const editor = row.querySelector(EDITOR), list = row.querySelector(LIST), chosen = row.querySelector(CHOSEN);
    waiting ||= !editor && !list;
    if (editor) editor.setAttribute("aria-label", text);
    if (list) {
      list.removeAttribute("aria-labelledby");
      list.setAttribute("aria-label", [text, chosen?.textContent.trim()].filter(Boolean).join(": "));
    }
    if (chosen) {
      // It is what the list shows as chosen, and no field of its own.
      chosen.setAttribute("role", "presentation");
      chosen.removeAttribute("aria-readonly");
    }
  }
  if (waiting && tries > 0) setTimeout(name, EVERY, tries - 1);
}

name(TRIES);
document.addEventListener("formset:added", () => name(TRIES));
// select2 says so by jQuery; the text it shows has changed once its own listeners are through.
if (window.django) django.jQuery(document).on("change.select2 change", "select.admin-autocomplete", () => setTimeout(name, 0, 0));
