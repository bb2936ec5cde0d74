import type { NextConfig } from "next";

// Nothing here is for socketio-wasm: this is what create-next-app writes.
const nextConfig: NextConfig = {
  cacheComponents: true,
  partialPrefetching: true,
};

export default nextConfig;
