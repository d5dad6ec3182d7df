/** Untrusted text as it is shown: characters that turn or hide what stands around them (control characters, embeddings and overrides of direction) are seen as \uFFFD. */
export const shownText = (text: string): string => text.replace(unseen, "\uFFFD");

const unseen = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
