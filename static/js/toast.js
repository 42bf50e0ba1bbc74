// A message can be put away; without a script it leaves with the page.
for (const button of document.querySelectorAll("[data-dismiss]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    button.closest(".toast").remove();
    document.getElementById("main").focus();
  });
}
