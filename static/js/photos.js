// Photos become smaller on the phone before they are sent; without this the server does it.
const picker = document.querySelector("[data-shrink]");

async function shrink(file) {
  try {
    const image = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, 2000 / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = image.width * scale;
    canvas.height = image.height * scale;
    const brush = canvas.getContext("2d");
    brush.fillStyle = "white";
    brush.fillRect(0, 0, canvas.width, canvas.height);
    brush.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.8));
    return blob.size < file.size ? new File([blob], file.name, { type: blob.type }) : file;
  } catch {
    return file;
  }
}

if (picker && window.createImageBitmap) {
  const { form, dataset: words } = picker;
  const note = document.getElementById("photos-size");
  let waiting = 0;

  const weigh = () => {
    const files = [...form.querySelectorAll("[type=file]")].flatMap((box) => [...box.files]);
    const size = files.reduce((sum, file) => sum + file.size, 0) / 1e6;
    const told = words.told.replace("{n}", files.length).replace("{mb}", size.toFixed(1));
    note.textContent = size > words.most ? words.tooMuch : files.length ? told : "";
  };

  form.addEventListener("change", async (event) => {
    if (event.target !== picker) return weigh();
    const turn = ++waiting;
    note.textContent = words.working;
    const bag = new DataTransfer();
    for (const file of picker.files) bag.items.add(await shrink(file));
    if (turn !== waiting) return;
    picker.files = bag.files;
    waiting = 0;
    weigh();
  });

  form.addEventListener("submit", (event) => {
    if (!waiting) return void (note.textContent = words.sending);
    event.preventDefault(); // photos are still being made smaller
    setTimeout(() => form.requestSubmit(), 300);
  });
}
