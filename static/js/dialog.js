// A control with data-dialog="id" opens that dialog. Without a script its link leads to a page that asks the same.
for (const button of document.querySelectorAll("button[data-dialog][hidden]")) button.hidden = false;

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (!dialog) return;
  event.preventDefault();
  dialog.showModal();
});

// The menu closes like a dialog does: by Escape, or by a click elsewhere.
const menu = document.querySelector("[data-menu]");
if (menu) {
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}
