/* A photo or the position, only when the citizen asks to send it. */
const LONGEST_SIDE = 2048;

const file = element("input", { type: "file", accept: "image/*", class: "unseen", tabindex: "-1", "aria-hidden": "true" });
const photo = element("button", { class: "plain", type: "button" }, words.photo);
const position = element("button", { class: "plain", type: "button" }, words.position);
const tools = element("div", { class: "tools" }, photo, position, file);
form.append(tools);
position.hidden = !navigator.geolocation || !window.isSecureContext;

photo.addEventListener("click", () => file.click());
file.addEventListener("change", async () => {
  const [chosen] = file.files;
  file.value = "";
  if (!chosen) return;
  tell(words.sendingPhoto);
  try {
    const address = await conversation.upload(await smaller(chosen));
    tell("");
    say({ attachments: [address] }, words.photo);
  } catch {
    tell(words.photoFailed);
  }
});

position.addEventListener("click", () => {
  const found = ({ coords }) => {
    const location = { latitude: coords.latitude, longitude: coords.longitude };
    say({ location }, words.position);
  };
  navigator.geolocation.getCurrentPosition(found, () => tell(words.positionFailed), { timeout: 20000 });
});

/** Drawn anew, a phone's photo is a tenth of its size, and no longer says where and by whom it was taken. */
async function smaller(picture) {
  try {
    const bitmap = await createImageBitmap(picture);
    const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = element("canvas");
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return (await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85))) || picture;
  } catch {
    // A kind of picture that this browser cannot draw: the town may.
    return picture;
  }
}
