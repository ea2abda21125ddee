// 单元测试，在自己的电脑上直接运行：node --test
// Unit tests, which run natively.
import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleContext, sampleTicket } from "./.chuishao/chuishao.js";
import { onEvent } from "./rule.js";

const settings = { "tag-at": 3, "nominate-at": 6, tag: "高频" };
const asked = (count) =>
  onEvent({ tag: "accepted" }, sampleTicket(), sampleContext({ settings, facts: { "same-matters": count } }));

test("诉求越多，提出的越多", () => {
  assert.deepEqual([2, 3, 5, 6].map((count) => asked(count).length), [0, 1, 1, 2]);
});
