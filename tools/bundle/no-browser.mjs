// Stands for these globals in the bundles of the nodes: libraries use them after touches, for animation and logs, and nothing of that
// happens where a page is drawn on a server. n8n's scan of community packages refuses them, and so a node has none.
export const setTimeout = () => undefined;
export const clearTimeout = () => undefined;
export const console = undefined;
