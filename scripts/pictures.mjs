// Makes the pictures of docs/pictures anew: the demo's pages on a phone, with the program that was
// built last. Run it after a change to the pages: node scripts/pictures.mjs
import { mkdirSync } from "node:fs";
import { browser, demo } from "../tests/browser/shared.mjs";

const PICTURES = [
  ["pork-zh", "/01/09520002000033/10/Q0417-1?at=JY13101180000015&lang=zh", "light"],
  ["sausage-en", "/01/09520002000132/10/XC0902?at=JY13101180000322&lang=en", "light"],
  ["shop-zh", "/s/JY13101180000322?lang=zh", "dark"],
];

const folder = new URL("../docs/pictures/", import.meta.url).pathname;
mkdirSync(folder, { recursive: true });
const [site, chromium] = [await demo(), await browser()];
try {
  for (const [name, path, colorScheme] of PICTURES) {
    const page = await chromium.newPage({ viewport: { width: 390, height: 780 }, colorScheme });
    const answer = await page.goto(site.base + path);
    if (!answer.ok()) throw new Error(`${path}: ${answer.status()}`);
    await page.screenshot({ path: `${folder}${name}.png` });
    await page.close();
    console.log(`docs/pictures/${name}.png`);
  }
} finally {
  await chromium.close();
  site.stop();
}
