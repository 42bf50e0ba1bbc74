// A file may be dropped on the whole field, and the field says what was chosen.
const size = (bytes) => new Intl.NumberFormat(document.documentElement.lang, {
  style: "unit", unit: "megabyte", maximumFractionDigits: 1,
}).format(bytes / 1e6);

for (const box of document.querySelectorAll("[data-drop]")) {
  const input = box.querySelector("input[type=file]");
  const chosen = box.querySelector("[data-chosen]");
  const hover = (on) => (event) => {
    event.preventDefault();
    box.classList.toggle("over", on);
  };
  box.addEventListener("dragover", hover(true));
  box.addEventListener("dragleave", hover(false));
  box.addEventListener("drop", (event) => {
    hover(false)(event);
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change"));
  });
  input.addEventListener("change", () => {
    chosen.textContent = [...input.files].map((file) => `${file.name}, ${size(file.size)}`).join("; ");
  });
}
