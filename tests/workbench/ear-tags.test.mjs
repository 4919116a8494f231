// Lists of ear tags, as people paste them and as tables export them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { workbench } from "./common.mjs";

const { EAR_TAGS_MAX, readEarTags } = await workbench("ear-tags");
const tag = (n, first = "1") => `${first}330421${String(n).padStart(8, "0")}`;
const faults = (text, how) => readEarTags(text, how).faults.map(({ row, zh }) => [row, zh]);

test("tags come one or several in a row, with headings, names and numbers of rows beside them", () => {
  const table = `\ufeff序号,耳标号,备注\r\n1,${tag(1)},公\r\n2,"${tag(2)}",母\r\n\r\n3,'${tag(3)},\r\n`;
  assert.deepEqual(readEarTags(table), { tags: [tag(1), tag(2), tag(3)], faults: [], warnings: [] });
  assert.deepEqual(readEarTags(`${tag(1)}、${tag(2)}；${tag(3)}\t${tag(4)}`).tags.length, 4);
  const wide = tag(5).replace(/[0-9]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));
  assert.deepEqual(readEarTags(`${wide}\n1 330421 00000006`).tags, [tag(5), tag(6)]);
});

test("each row that is wrong is said with its number and why, and the others count", () => {
  const text = [tag(1), tag(1), tag(2).slice(1), `${tag(3)}9`, tag(4, "5"), "1.33042E+14", "张三", tag(5).replace("0", "O")].join("\n");
  const read = readEarTags(text);
  assert.deepEqual(read.tags, [tag(1)]);
  assert.deepEqual(read.faults.map(({ row }) => row), [3, 4, 5, 6, 7, 8]);
  const [short, long, species, rounded, name, letter] = read.faults.map(({ zh }) => zh);
  // What stands there twice counts once, and is said.
  assert.deepEqual(read.warnings.map(({ row, zh }) => [row, zh]), [[2, "与第 1 行重复，只算一个"]]);
  assert.match(short, /这里是 14 位/);
  assert.match(long, /这里是 16 位/);
  assert.match(species, /首位应为/);
  assert.match(rounded, /科学计数/);
  assert.match(name, /没有 15 位/);
  assert.match(letter, /不是数字/);
});

test("animals of another species than the lot's are refused, and a county that nobody knows is a warning", () => {
  assert.deepEqual(faults(tag(1, "2"), { kind: "live_pig" }), [[1, "畜种与所填的类别不符"]]);
  assert.deepEqual(faults(tag(1, "7"), { kind: "live_pig" }), []);
  const strange = readEarTags("133999900000001");
  assert.equal(strange.tags.length, 1);
  assert.equal(strange.warnings[0].row, 1);
});

test("no more tags than a certificate takes, and a list that is too long is not read", () => {
  const many = Array.from({ length: EAR_TAGS_MAX + 1 }, (_, n) => tag(n)).join("\n");
  assert.match(faults(many)[0][1], /最多 1000/);
  assert.match(faults("9".repeat(1_000_001))[0][1], /太长/);
  assert.deepEqual(readEarTags(""), { tags: [], faults: [], warnings: [] });
});
