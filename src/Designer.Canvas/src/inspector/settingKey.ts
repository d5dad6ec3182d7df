/** Commits of one setting in quick succession are one undo step. */
export const settingKey = (nodeId: string, setting: string): string => `setting:${nodeId}:${setting}`;
