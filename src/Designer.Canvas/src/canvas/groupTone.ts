const tones: Record<string, string> = { grey: "--ink3", blue: "--accent", green: "--ok", amber: "--warn", red: "--err", violet: "--model" };

/** The token of a group's colour; an unknown one is drawn as grey. */
export const groupToken = (colour: string | undefined): string => tones[colour ?? "grey"] ?? "--ink3";
export const groupTone = (colour: string | undefined): string => `var(${groupToken(colour)})`;
