// Files of temperature loggers, as they come: GBK, a mark at the beginning, full-width digits, cells that hold anything.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

const { takeTables } = await import("../../static/dock/tables.js");
takeTables(JSON.parse(readFileSync(new URL("../../static/dock/tables.json", import.meta.url), "utf8")));
const { readLogger, stateOf, timeOf, inRecords } = await import("../../static/dock/readings.js");
const bytes = (text) => new Uint8Array(Buffer.from(text));
const AT = Date.UTC(2026, 10, 22, 1, 30) / 1000;

test("a logger's file is read whatever its headings, separators and digits are", () => {
  for (const text of [
    "时间,温度\n2026-11-22 09:30,3.5\n",
    "\ufeff时间,温度(℃)\r\n2026/11/22 9:30:00,３．５\r\n",
    "设备,A-1\n\n序号\t记录时间\t温度 ℃\n1\t2026年11月22日 9:30\t3.50\n",
    'Time;Temp(°C)\n"2026-11-22T01:30:00Z";"3.5"\n',
    "timestamp,ch1\n2026-11-22T09:30:00+08:00,3.5℃\n",
  ]) {
    const { readings, faults } = readLogger(bytes(text));
    assert.deepEqual([readings, faults], [[[AT, "3.5"]], []], text);
  }
  // 时间,温度 in GBK.
  const gbk = new Uint8Array([0xca, 0xb1, 0xbc, 0xe4, 0x2c, 0xce, 0xc2, 0xb6, 0xc8, 0x0a, ...bytes("2026-11-22 09:30,-18\n")]);
  assert.deepEqual(readLogger(gbk).readings, [[AT, "-18"]]);
});

test("files of common loggers are read by their own columns, orders of dates, and zones", () => {
  for (const [name, text] of [
    ["Elitech", "Model,RC-5\nSerial,EFG123\n\nNo.,Time,Temperature(°C)\n1,2026-11-22 09:30:00,3.5\n"],
    ["Elitech", "No.\tTime\tTemp(℃)\tHumidity(%RH)\n1\t2026/11/22 09:30:00\t3.5\t81\n"],
    ["Lascar", "BOX-7,Time,Celsius(°C),High Alarm,Low Alarm,Serial Number\n1,22/11/2026 09:30:00,3.5,8.0,0.0,010032184\n"],
    ["Lascar", "BOX-7,Time,Celsius(C),Humidity(%rh),Dew Point(C),Serial Number\n1,2026-11-22 09:30:00,3.5,50.5,13.1,010032184\n"],
    ["HOBO", '"Plot Title: box"\n"#","Date Time, GMT+08:00","Temp, °C (LGR S/N: 10755220, SEN S/N: 10755220)","Host Connected (LGR S/N: 10755220)"\n1,11/22/26 09:30:00 AM,3.5,\n'],
    ["HOBO", '"#","Date Time, GMT+00:00","Temp, °C (LGR S/N: 1)"\n1,11/22/2026 01:30:00 AM,3.5\n'],
    ["ELPRO", "Serial;LI-1\n\nTimestamp;T [°C]\n22.11.2026 09:30:00;3,5\n"],
    ["Testo", "Date/Time;Temperature [°C]\n22.11.2026 09:30:00;3,5\n"],
    ["分列", "日期,时间,温度\n2026-11-22,09:30:00,3.5\n"],
    ["apart", "Date,Time,Temperature(C)\n2026-11-22,9:30:00 AM,3.5\n"],
    ["platform", "设备编号,温度(℃),湿度(%RH),上报时间\nA1,3.5,80,2026-11-22 09:30:00\n"],
  ]) {
    const { readings, faults, template } = readLogger(bytes(text));
    assert.deepEqual([readings, faults], [[[AT, "3.5"]], []], `${name}: ${text}`);
    assert.equal(template.length, 2);
  }
  const afternoon = readLogger(bytes('"#","Date Time, GMT+08:00","Temp, °C (LGR S/N: 1)"\n1,11/22/26 12:30:00 PM,3.5\n2,11/22/26 12:30:00 AM,3.4\n'));
  assert.deepEqual(afternoon.readings, [[AT - 9 * 3600, "3.4"], [AT + 3 * 3600, "3.5"]]);
});

test("a date that may be three days, degrees of another scale, and a comma that parts cells are not guessed at", () => {
  const unclear = readLogger(bytes("time,temperature\n11/12/26 09:30,3.5\n12/11/2026 09:30,3.5\n2026-11-22 09:30,3,5\n"));
  assert.deepEqual(unclear.faults.map(({ row }) => row), [2, 3]);
  assert.deepEqual(unclear.readings, [[AT, "3"]], "a comma parts cells");
  assert.throws(() => readLogger(bytes("No.,Time,Temperature(°F)\n1,2026-11-22 09:30:00,38.3\n")), { code: "readings_form" });
  assert.throws(() => readLogger(bytes('"#","Date Time, GMT+08:00","Temp, °F (LGR S/N: 1)"\n1,11/22/26 09:30:00 AM,38.3\n')), { code: "readings_form" });
});

test("what cannot be read is said by its row, in both languages, and disturbs nothing", () => {
  const { readings, faults } = readLogger(bytes("时间,温度\n2026-11-22 09:30,3.5\n2026-02-30 09:30,3\n46348.39,3\n2026-11-22 09:31,║\n2026-11-22 25:00,3\n2026-11-22 09:30,3.6\n"));
  assert.deepEqual(readings, [[AT, "3.6"]], "a time stands once");
  assert.deepEqual(faults.map(({ row, column }) => [row, column]), [[3, "time"], [4, "time"], [5, "temperature"], [6, "time"]]);
  for (const { zh, en } of faults) assert.ok(/[\u4e00-\u9fff]/.test(zh) && /row/.test(en));
  assert.throws(() => readLogger(bytes("a,b\n1,2\n")), { code: "readings_form" });
  assert.throws(() => readLogger(new Uint8Array(21 * 1024 * 1024)), { code: "readings_large" });
  for (const text of ["", "2026-13-01 00:00", "2026-01-01", "时间"]) assert.equal(timeOf(text), null, text);
});

const RANGE = { temp_min_c: "0", temp_max_c: "4" };
const every = (temps, { step = 600, name = "A", first = AT } = {}) => temps.map((temp, at) => [name, first + at * step, temp]);

test("a leg is in range, outside it or silent now, and it is told how it went all the way", () => {
  const code = (...words) => stateOf(...words).now.standing;
  assert.deepEqual(stateOf([], RANGE, AT), { now: { standing: "no_readings" } });
  assert.equal(code(every(["1", "2", "3"]), RANGE, AT + 1300), "in_range");
  const was = stateOf(every(["1", "9", "3"]), RANGE, AT + 1300);
  assert.deepEqual(was.now, { standing: "in_range", at: AT + 1200, temp_c: "3" }, "it was warm, and is no more");
  assert.deepEqual(was.course, { min_c: "1", max_c: "9", outside: 1, gaps: 0 });
  assert.equal(code(every(["1", "9"]), RANGE, AT + 700), "out_of_range");
  assert.equal(stateOf(every(["1", "2"], { step: 601 }), RANGE, AT + 700).course.gaps, 1, "more than ten minutes apart");
  assert.equal(code(every(["1", "2"]), RANGE, AT + 7200), "silent");
  assert.equal(code(every(["1", "2"]), { ...RANGE, to: AT + 600 }, AT + 7200), "over", "nobody is on the way any more");
  assert.equal(code(every(["21"]), {}, AT + 7200), "not_asked");
  assert.equal(code(every(["-1"]), { temp_min_c: "0" }, AT), "out_of_range");
});

test("of two sensors the worse one counts unless it fell silent", () => {
  const both = [...every(["3", "9"], { name: "B" }), ...every(["2", "3"], { first: AT + 300 })];
  assert.deepEqual(stateOf(both, RANGE, AT + 1000).now, { standing: "out_of_range", at: AT + 600, temp_c: "9" });
  assert.equal(stateOf([...both, ...every(["3"], { first: AT + 1500 })], RANGE, AT + 1600).now.standing, "in_range");
});

test("what was read before loading, after the handover or ahead of the clock is no reading of the leg", () => {
  const all = [...every(["22"], { first: AT - 7200 }), ...every(["3", "3"]), ...every(["20"], { first: AT + 3000 }), ...every(["3"], { first: AT + 1e8 })];
  const told = stateOf(all, { ...RANGE, from: AT, to: AT + 1200 }, AT + 9000);
  assert.deepEqual(told.course, { min_c: "3", max_c: "3", outside: 0, gaps: 0 });
  assert.equal(stateOf(all, { ...RANGE, from: AT }, AT + 9000).now.standing, "silent", "a date to come hides no silence");
  assert.equal(stateOf(every(["3"], { first: AT + 200 }), RANGE, AT).now.standing, "in_range", "clocks differ a little");
});

test("readings go into as many records as they take", () => {
  const parts = inRecords(Array.from({ length: 4001 }, (_, at) => [AT + at, "1"]));
  assert.deepEqual(parts.map(({ length }) => length), [2000, 2000, 1]);
});
