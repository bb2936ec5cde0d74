// Next.js with the App Router and Turbopack.
import { testAppRouter } from "./app-router.mjs";

testAppRouter();
