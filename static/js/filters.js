// Choosing shows at once. Typed fields wait for the button, and so does whoever uses the arrow keys in a list.
// A first day that was typed rules the named periods out, so choosing one of these takes the typed days away.
const PAUSE = 500;

for (const form of document.querySelectorAll("[data-filters]")) {
  let timer;
  form.addEventListener("change", (event) => {
    clearTimeout(timer);
    if (event.target.name === "period" && form.elements.from?.value) form.elements.from.value = form.elements.to.value = "";
    if (event.target.matches("select, [type=checkbox], [type=radio]")) {
      timer = setTimeout(() => form.requestSubmit(), PAUSE);
    }
  });
  // Only what was chosen belongs in the address.
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
  });
}
