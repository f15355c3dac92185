/* Names for what scripts build in place of a field: the editor of the body and the searched lists have none of their own,
   and a screen reader would say no more than "text field". They are built after the page: until then we look again. */
const FIELDS = "textarea[data-django-prose-editor-configurable], select.admin-autocomplete";
const EDITOR = ".ProseMirror[contenteditable]", LIST = ".select2-selection", CHOSEN = ".select2-selection__rendered";
const EVERY = 100, TRIES = 50;

function name(tries) {
  let waiting = false;
  for (const field of document.querySelectorAll(FIELDS)) {
    const row = field.closest(".form-row, .field");
    const label = row && row.querySelector(`label[for="${field.id}"]`);
    if (!label) continue;
    const text = label.textContent.trim().replace(/:$/, "");
    const editor = row.querySelector(EDITOR), list = row.querySelector(LIST), chosen = row.querySelector(CHOSEN);
    waiting ||= !editor && !list;
    if (editor) editor.setAttribute("aria-label", text);
    if (list) {
      list.removeAttribute("aria-labelledby");
      list.setAttribute("aria-label", `${text}: ${chosen ? chosen.textContent.trim() : ""}`);
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
// select2 says so by jQuery; the text it shows has changed once its own listeners are through.
if (window.django) django.jQuery(document).on("change.select2 change", "select.admin-autocomplete", () => setTimeout(name, 0, 0));
