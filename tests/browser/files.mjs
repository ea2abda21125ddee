// What is uploaded in a browser: an invented notice of the days off by law alone, and the table of streets
// with one more.
import { readFile } from "node:fs/promises";

const csv = (name, text) => ({ name, mimeType: "text/csv", buffer: Buffer.from(text) });

/// A file that is no notice.
export const noNotice = csv("2027.csv", "date,kind\n2027-01-01,off\n");

export const notice = csv(
  "2027.csv",
  "year,2027\ndocument,示例〔2026〕8号\npublished_on,2026-11-05\nworking_days,257\ndate,kind,holiday\n" +
    "2027-01-01,off,元旦\n2027-02-08,off,春节\n2027-02-09,off,春节\n2027-05-01,off,劳动节\n" +
    "2027-10-01,off,国庆节\n2027-10-02,off,国庆节\n2027-10-03,off,国庆节\n",
);

/// The shipped table, a street of an invented name behind it.
export async function streets() {
  const shipped = await readFile(new URL("../../host/domain/data/streets.csv", import.meta.url), "utf8");
  return csv("streets.csv", `${shipped.trimEnd()}\n370702,99,示例街道\n`);
}
