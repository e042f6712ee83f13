// What a page is looked at for, inside the page. Every function gives a list of sentences, or a
// plain value that two settings are compared by; none of them leaves the page changed.
window.look = (() => {
  const LEAST = 44; // CSS px of a finger
  const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  const LETTER = /\p{L}/u;

  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const shown = (node) => node.checkVisibility({ visibilityProperty: true });
  const words = (node) => (node.innerText || node.value || "").trim().replace(/\s+/g, " ");
  const name = (node) => {
    const kind = [node.localName, ...node.classList].join(".");
    const text = node.getAttribute("aria-label") || words(node) || node.name || "";
    return `<${kind}> ${text.slice(0, 40)}`;
  };
  const isTiny = (box) => box.width <= 1 || box.height <= 1;

  // Taken out of sight and left to screen readers: one pixel, or a clip that shows nothing.
  const isForEarsOnly = (node) => {
    const { clipPath } = getComputedStyle(node);
    return clipPath === "inset(50%)" || isTiny(node.getBoundingClientRect());
  };
  const isHeardOnly = (node) => {
    for (let one = node; one; one = one.parentElement) if (isForEarsOnly(one)) return true;
    return false;
  };

  // Text as it is drawn: each node that holds letters or figures, with the boxes of its lines.
  function* texts(root = document.body) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const parent = node.parentElement;
      if (!/[\p{L}\p{N}]/u.test(node.data) || parent.closest("svg, script, style, select, title")) {
        continue;
      }
      if (!shown(parent) || isHeardOnly(parent)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const box = range.getBoundingClientRect();
      if (!isTiny(box)) yield { node, parent, box };
    }
  }

  // How far up a box is cut off by one that neither shows nor scrolls what is beyond its edge.
  function cutBy(parent, box, mayScroll) {
    for (let node = parent; node && node !== document.documentElement; node = node.parentElement) {
      const style = getComputedStyle(node);
      const edge = node.getBoundingClientRect();
      const beside = box.left < edge.left - 1.5 || box.right > edge.right + 1.5;
      const beyond = box.top < edge.top - 3 || box.bottom > edge.bottom + 3;
      const [x, y] = [style.overflowX, style.overflowY];
      if (/auto|scroll/.test(x) && beside) return mayScroll ? null : node;
      if (/auto|scroll/.test(y) && beyond) return mayScroll ? null : node;
      if (/hidden|clip/.test(x) && beside) return node;
      if (/hidden|clip/.test(y) && beyond) return node;
      if (style.position === "fixed") return null;
    }
    return null;
  }

  // Off the screen until it has focus; and a word that gives way to its drawing on a phone.
  const isSpare = (node) => node.closest(".skip, .tally__label");

  function overflow({ mayScroll = true } = {}) {
    const root = document.documentElement;
    const found = [];
    const wide = root.scrollWidth - root.clientWidth;
    if (wide > 0) found.push(`the page is ${wide} px too wide`);
    for (const { parent, box } of texts()) {
      if (isSpare(parent)) continue;
      const edge = cutBy(parent, box, mayScroll);
      if (edge) found.push(`${name(parent)} is cut by ${name(edge).split(" ")[0]}`);
      else if (wide > 0 && (box.right > root.clientWidth + 1 || box.left < -1)) {
        found.push(`${name(parent)} sticks out`);
      }
    }
    return found;
  }

  // A link in a sentence: it flows with letters that belong to no control.
  function isInSentence(node) {
    if (node.localName !== "a" || getComputedStyle(node).display !== "inline") return false;
    let block = node.parentElement;
    while (getComputedStyle(block).display.startsWith("inline")) block = block.parentElement;
    for (const { node: text, parent } of texts(block)) {
      if (!parent.closest(CONTROLS) && LETTER.test(text.data)) return true;
    }
    return false;
  }

  const owner = (node) => {
    const control = node?.closest(CONTROLS);
    return control ?? node?.closest("label")?.control ?? null;
  };

  // Pressing 21 px to each side of the middle still presses it: a card whose link covers it all.
  function isPressedAround(node, box) {
    node.scrollIntoView({ block: "center", inline: "center" });
    box = node.getBoundingClientRect();
    const [x, y, reach] = [box.left + box.width / 2, box.top + box.height / 2, LEAST / 2 - 1];
    const places = [[x - reach, y], [x + reach, y], [x, y - reach], [x, y + reach]];
    const hits = places.map(([left, top]) => owner(document.elementFromPoint(left, top)));
    scrollTo(0, 0);
    return hits.every((hit) => hit === node);
  }

  const reachOf = (node) => {
    const boxes = [node, ...(node.labels ?? [])].filter(shown).map((n) => n.getBoundingClientRect());
    return {
      width: Math.max(...boxes.map((box) => box.width)),
      height: Math.max(...boxes.map((box) => box.height)),
    };
  };

  function targets() {
    return all(CONTROLS).filter((node) => {
      if (!shown(node) || isSpare(node) || node.disabled || isForEarsOnly(node)) return false;
      const { width, height } = reachOf(node);
      if (width >= LEAST - 0.5 && height >= LEAST - 0.5) return false;
      return !isInSentence(node) && !isPressedAround(node);
    }).map((node) => {
      const { width, height } = reachOf(node);
      return `${name(node)} is ${width.toFixed(0)} × ${height.toFixed(0)} px`;
    });
  }

  // The same page read from the other side: everything is as far from the other edge. What says
  // its own direction keeps it.
  const LANDMARKS =
    "header, nav, nav li, main, footer, h1, h2, h3, th, td, fieldset, button, summary, label, .card";

  const isMirrored = (node) => shown(node) && !node.closest("body [dir]");

  const measured = () => all(LANDMARKS).filter(isMirrored).map((node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    const isText = /^(h\d|th|td)$/.test(node.localName) && words(node);
    const { left, right } = (isText ? range : node).getBoundingClientRect();
    return { node, left, right };
  });

  function mirror() {
    const root = document.documentElement;
    const direction = root.dir;
    const width = root.clientWidth;
    const before = measured();
    root.dir = direction === "rtl" ? "ltr" : "rtl";
    const after = measured();
    root.dir = direction;
    if (before.length !== after.length) return ["something shows in one direction only"];
    return before.filter((was, at) => {
      const is = after[at];
      return Math.abs(was.left - (width - is.right)) > 2;
    }).map(({ node }) => `${name(node)} stays on its side`);
  }

  // Where a link leads; a second factor is offered to each session with a secret of its own.
  const address = (node) => node.getAttribute("href").replace(/secret=\w+/, "secret=…");

  // What there is to read, follow and fill in; words aside, so that languages can be compared.
  function outline() {
    const fields = all("main :is(input:not([type=hidden]), select, textarea, button)").filter(shown);
    return {
      headings: all("h1, h2, h3").filter(shown).map((node) => node.localName),
      links: [...new Set(all("a[href]").filter(shown).map(address))],
      fields: [...new Set(fields.map((node) => node.name).filter(Boolean))],
    };
  }

  // Without scripts: a button must send its form, and a form must have one.
  function alone() {
    const idle = all("button[type=button]:not([popovertarget]), a[href='#'], a[href^='javascript:']");
    const dead = idle.filter(shown).map((node) => `${name(node)} does nothing`);
    const forms = all("form").filter((form) => {
      const filled = [...form.elements].some((field) => field.type !== "hidden" && shown(field));
      const sends = [...form.elements].some((field) => /submit|image/.test(field.type) && shown(field));
      return filled && !sends;
    });
    return [...dead, ...forms.map((form) => `the form to ${form.action} cannot be sent`)];
  }

  // Of what is only for a screen, nothing is on paper; a page made of links keeps its cards.
  function onPaper() {
    const seen = all("nav:not(.card), .skip, .menu, form button, .save-bar")
      .filter((node) => shown(node) && getComputedStyle(node).clipPath !== "inset(50%)");
    return [...seen.map((node) => `${name(node)} is printed`), ...overflow({ mayScroll: false })];
  }

  function openParts() {
    for (const part of all("main details")) part.open = true;
  }

  function bigText(isBig) {
    document.documentElement.style.fontSize = isBig ? "200%" : "";
  }

  // Tab: what has focus, whether it shows, whether it is in the way it is read.
  const styleOf = (node) => {
    const around = [node, ...(node.labels ?? []), node.nextElementSibling, node.parentElement];
    return around.filter(Boolean).map((one) => {
      const style = getComputedStyle(one);
      const after = getComputedStyle(one, "::after");
      return [style.outline, style.boxShadow, style.borderColor, style.backgroundColor,
        after.outline, after.boxShadow].join("|");
    }).join("/");
  };

  const isUncovered = (node) => {
    const seen = [node, ...(node.labels ?? [])].filter(shown);
    return seen.some((one) => [...one.getClientRects()].some((box) => {
      const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
      const hit = document.elementFromPoint(x, y);
      return hit && (one.contains(hit) || owner(hit) === node);
    }));
  };

  // Inside one flex box or grid, what comes later stands below, or further along the line.
  function isBackwards(was, is) {
    let common = was.parentElement;
    while (common && !common.contains(is)) common = common.parentElement;
    if (!common || !/flex|grid/.test(getComputedStyle(common).display)) return false;
    const part = (node) => {
      while (node.parentElement !== common) node = node.parentElement;
      return node.getBoundingClientRect();
    };
    const [one, other] = [part(was), part(is)];
    if (other.bottom <= one.top + 1) return true;
    // Lines of links may reach into one another a little: each is as high as a finger.
    const shared = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
    const isBeside = shared > Math.min(one.height, other.height) / 2;
    const isRight = getComputedStyle(common).direction === "rtl";
    return isBeside && (isRight ? other.left >= one.right - 1 : other.right <= one.left + 1);
  }

  let first = null;
  let last = null;
  function focused() {
    const node = document.activeElement;
    const found = [];
    if (last && last.node !== node && document.contains(last.node)) {
      if (styleOf(last.node) === last.style) found.push(`${name(last.node)} shows no focus`);
    }
    // Out of the page, or round to its start.
    if (!node || node === document.body || (last && node === first)) return { done: true, found };
    first ??= node;
    // A date is one control of several parts, which the browser marks itself.
    if (last?.node === node) return { done: false, found };
    if (!isUncovered(node)) found.push(`${name(node)} is covered or out of sight`);
    if (last && !(last.node.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING)) {
      found.push(`${name(node)} comes before ${name(last.node)} in the page`);
    }
    if (last && isBackwards(last.node, node)) found.push(`${name(node)} is read before ${name(last.node)}`);
    last = { node, style: styleOf(node) };
    return { done: false, found };
  }

  return { overflow, targets, mirror, outline, alone, onPaper, openParts, bigText, focused };
})();
