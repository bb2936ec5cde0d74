import type { NextConfig } from "next";

// Nothing here is for socketio-wasm: this is what create-next-app writes, without the mark that lies on the page in development.
const nextConfig: NextConfig = {
  cacheComponents: true,
  partialPrefetching: true,
  devIndicators: false,
};

export default nextConfig;
