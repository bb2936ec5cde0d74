// Next.js with the App Router and webpack.
import { testAppRouter } from "./app-router.mjs";

testAppRouter("--webpack");
