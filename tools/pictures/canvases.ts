/**
 * `npx tsx tools/pictures/canvases.ts [name …]`: takes a picture of each bundled workflow's canvas into docs/images, from the
 * n8n at N8N_URL (default http://127.0.0.1:5678, as `npm start` leaves it), logged in as N8N_EMAIL with N8N_PASSWORD. The
 * workflows have to be in that n8n.
 */
import type { Page } from 'playwright-core';
import { imageFile, N8N, withEditor } from './browser';
import { builtWorkflows } from '../workflows/build/bundle';
import { boxOf } from '../workflows/rules/layout';
import type { WorkflowNode } from '../workflows/workflow';

const MARGIN_PX = 24;

/** n8n leaves a margin when it fits a workflow into view; with this much room it need not zoom out. */
const FIT_ROOM = 1.35;
/** A canvas that keeps its place for so long has arrived. */
const STILL_MS = 700;

/** The size of everything on the canvas, in pixels at zoom 1. */
function canvasSize(nodes: readonly WorkflowNode[]): { width: number; height: number } {
  const boxes = nodes.map(boxOf);
  const left = Math.min(...boxes.map((box) => box.left));
  const top = Math.min(...boxes.map((box) => box.top));
  return {
    width: Math.max(...boxes.map((box) => box.right)) - left,
    height: Math.max(...boxes.map((box) => box.bottom)) - top,
  };
}

/** Leaves nothing of the editor but the canvas, which then fills the page. */
const ONLY_CANVAS = `
  body * { visibility: hidden; }
  .vue-flow__transformationpane, .vue-flow__transformationpane *, [data-test-id="canvas"] { visibility: visible; }
  .vue-flow__transformationpane [data-test-id="canvas-node-toolbar"],
  .vue-flow__transformationpane [data-test-id="canvas-handle-plus-wrapper"],
  .vue-flow__transformationpane [data-test-id="canvas-handle-plus-wrapper"] * { visibility: hidden; }
  [data-test-id="canvas"] { position: fixed !important; inset: 0 !important; width: 100vw !important; height: 100vh !important; }
`;

async function takePicture(page: Page, id: string, nodes: readonly WorkflowNode[], file: string): Promise<void> {
  const { width, height } = canvasSize(nodes);
  await page.setViewportSize({ width: Math.ceil(width * FIT_ROOM), height: Math.ceil(height * FIT_ROOM) });
  await page.goto(`${N8N.url}/workflow/${id}`);
  const canvasNodes = page.locator('.vue-flow__node');
  await canvasNodes.nth(nodes.length - 1).waitFor({ timeout: 60_000 });
  await page.addStyleTag({ content: ONLY_CANVAS });
  await page.keyboard.press('Escape');
  await page.keyboard.press('1');
  await settle(page);
  const boxes = await canvasNodes.evaluateAll((elements) =>
    elements.map((element) => {
      const { left, top, right, bottom } = element.getBoundingClientRect();
      return { left, top, right, bottom };
    }),
  );
  const left = Math.min(...boxes.map((box) => box.left)) - MARGIN_PX;
  const top = Math.min(...boxes.map((box) => box.top)) - MARGIN_PX;
  const right = Math.max(...boxes.map((box) => box.right)) + MARGIN_PX;
  const bottom = Math.max(...boxes.map((box) => box.bottom)) + MARGIN_PX;
  await page.screenshot({ path: file, clip: { x: left, y: top, width: right - left, height: bottom - top } });
}

/** Waits until the canvas has stopped moving. */
async function settle(page: Page): Promise<void> {
  const place = async (): Promise<string | null> =>
    await page.locator('.vue-flow__transformationpane').getAttribute('style');
  for (let before: string | null = null, now = await place(); before !== now; now = await place()) {
    before = now;
    await page.waitForTimeout(STILL_MS);
  }
}

async function main(): Promise<void> {
  const wished = process.argv.slice(2);
  const bundle = [...builtWorkflows()].filter(([name]) => wished.length === 0 || wished.includes(name));
  await withEditor(async (page) => {
    for (const [name, { id, nodes }] of bundle) {
      const file = imageFile(name);
      await takePicture(page, id, nodes, file);
      console.log(file);
    }
  });
}

void main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
