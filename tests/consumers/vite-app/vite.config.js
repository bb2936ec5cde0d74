import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";

export default {
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL(".", import.meta.url)) } },
};
