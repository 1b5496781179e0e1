/**
 * What most pages never need, in a file of its own that is fetched when it is: promises, and what is carried from one
 * page to the next. It is bundled apart, so it takes what is large from whoever uses it.
 */
export { Errand } from "./errand";
export { restore, typedIn } from "./keepsakes";
export { Optimistic } from "./optimistic";
export { Overlay } from "./overlay";
export { renew } from "./renewal";
