// Shows a theme as soon as it is chosen; saving the form keeps it.
for (const choice of document.querySelectorAll("[name=theme]")) {
  choice.addEventListener("change", (event) => {
    const { value } = event.target;
    if (value === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = value;
  });
}
