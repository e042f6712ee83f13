// A page that waits for a paper asks for it now and then: it shows how far it is, and is opened
// again once there is something else to see. Nothing moves under the reader until then.
const waiting = document.querySelector("[data-wait]");

if (waiting) {
  const look = async () => {
    try {
      const answer = await fetch(location.href);
      if (answer.status !== 202) return void location.reload();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!page.querySelector("[data-wait]")) return void location.reload();
      const far = document.querySelector(".progress");
      if (far) far.replaceChildren(...page.querySelector(".progress").childNodes);
    } catch { /* The line is down: the next look may find it again. */ }
    setTimeout(look, 1000 * waiting.dataset.wait);
  };
  setTimeout(look, 1000 * waiting.dataset.wait);
}
