// Keeps the answers of an open quiz on this device, for this account, until the server has them.
const quiz = document.querySelector("[data-quiz]");
if (quiz) {
  const place = `quiz/${document.documentElement.dataset.user}/${quiz.dataset.quiz}`;
  const form = quiz.querySelector(".quiz__form");
  const status = quiz.querySelector(".quiz__kept");
  const say = (words) => { status.textContent = status.dataset[words]; };
  const read = () => {
    try { return JSON.parse(localStorage.getItem(place)); } catch { return null; }
  };

  let draft = read();
  // Only the server's own list of what arrived lets a copy go.
  if (draft && quiz.dataset.sent.split(" ").includes(draft.key)) {
    localStorage.removeItem(place);
    draft = null;
  }

  if (form) {
    const controls = [...form.querySelectorAll("[name^=q]")];
    const keep = () => {
      const answers = [...new FormData(form)].filter(([name]) => name[0] === "q");
      try {
        localStorage.setItem(place, JSON.stringify({ key: form.elements.key.value, answers }));
        return true;
      } catch { return false; }
    };

    if (draft && !("typed" in form.dataset)) {
      form.elements.key.value = draft.key;
      for (const control of controls) {
        const values = draft.answers.filter(([name]) => name === control.name).map(([, value]) => value);
        if (control.type === "text") control.value = values[0] ?? "";
        else control.checked = values.includes(control.value);
      }
      say("back");
    }

    form.addEventListener("input", () => { if (keep()) say("kept"); });
    form.addEventListener("submit", (event) => {
      const kept = keep();
      if (navigator.onLine) return;
      event.preventDefault();
      say(kept ? "offline" : "lost");
    });
  }
}
