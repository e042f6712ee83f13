// The register: everyone present at once, a live count, further fields where they are needed.
const form = document.querySelector("[data-register]");

if (form) {
  const more = form.querySelector("[data-more]").innerHTML;
  const rows = [...form.querySelectorAll("fieldset.row")];
  const chosen = (row) => row.querySelector("input:checked");

  const count = () => {
    let rest = rows.length;
    for (const place of form.querySelectorAll("[data-tally]")) {
      // The last one has no answer of its own: it counts what the others leave.
      const { tally } = place.dataset;
      const number = tally ? form.querySelectorAll(`[value=${tally}]:checked`).length : rest;
      place.firstElementChild.textContent = number;
      rest -= number;
    }
  };

  const open = (row) => {
    if (!row.querySelector(".more-fields")) {
      const id = row.querySelector("[type=radio]").name.slice(1);
      row.insertAdjacentHTML("beforeend", more.replaceAll("@", id));
    }
    return row.querySelector(".more-fields");
  };

  form.addEventListener("change", ({ target }) => {
    if (target.type !== "radio") return;
    if (target.value === "late" || target.value === "excused") open(target.closest(".row"));
    count();
  });

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.name === "all") {
      event.preventDefault();
      for (const row of rows) if (!chosen(row)) row.querySelector("[value=present]").checked = true;
      count();
    } else if (button?.name === "more") {
      event.preventDefault();
      const fields = [...open(button.closest(".row")).querySelectorAll("input, select")];
      fields.find((field) => field.offsetParent)?.focus();
    }
  });

  count();
}
