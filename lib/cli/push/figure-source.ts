/** Where figures come from. What cannot be read is left out; `problem` says why. */
export interface FigureSource {
  read(): Promise<SourcedFigures>;
}

/** What a source knows now. */
export interface SourcedFigures {
  readonly figures: Readonly<Record<string, number>>;
  /** Why something is missing, in words for operators. */
  readonly problem?: string;
}
