/** What a book of the catalogue can be about. */
export interface Topic {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly note: string;
}

/** `*` is the topic's name. */
export const TITLE_PATTERNS: readonly string[] = [
  'An introduction to *',
  'A short history of *',
  'The principles of *',
  '* for the general reader',
  'Letters on *',
  'A handbook of *',
  'The future of *',
  'Studies in *',
  '* in the nineteenth century',
  'A bibliography of *',
  '* and its critics',
  'Twelve lectures on *',
  'The art of *',
];

export const TOPICS: readonly Topic[] = [
  topic(
    'cataloguing',
    'Libraries;Cataloguing rules;Bibliographic records',
    'On entries, headings and shelf marks.',
  ),
  topic('bookbinding', 'Libraries;Book arts;Handicraft', 'On thread, boards and leather.'),
  topic(
    'classification',
    'Libraries;Knowledge organization;Classification schemes',
    'On the order of books upon shelves.',
  ),
  topic(
    'lending libraries',
    'Libraries;Reading public;Library administration',
    'On readers, loans and fines.',
  ),
  topic(
    'metasearch',
    'Libraries;Information retrieval;Union catalogues',
    'On asking many catalogues at once.',
  ),
  topic(
    'computer networks',
    'Computer science;Information retrieval;Telecommunication',
    'On machines that talk to each other.',
  ),
  topic(
    'programming',
    'Computer science;Algorithms;Software engineering',
    'On telling a computer what to do.',
  ),
  topic(
    'load balancing',
    'Computer science;Distributed systems;Queueing theory',
    'On sharing work between servers.',
  ),
  topic('astronomy', 'Science;Stars;Observatories', 'On what is seen on clear nights.'),
  topic('botany', 'Science;Plants;Natural history', 'On flowering plants and ferns.'),
  topic('geology', 'Science;Rocks;Natural history', 'On the age of hills.'),
  topic('chemistry', 'Science;Elements;Laboratories', 'On salts, acids and patience.'),
  topic('natural history', 'Science;Specimens;Museums', 'On cabinets and collectors.'),
  topic('mathematics', 'Science;Geometry;Numbers', 'On proofs that fit on one page.'),
  topic('navigation', 'Voyages and travels;Oceans;Instruments', 'On finding the way at sea.'),
  topic(
    'polar exploration',
    'Voyages and travels;Arctic regions;Diaries',
    'On ice, sledges and ink that froze.',
  ),
  topic('railways', 'Engineering;Transport;Steam engines', 'On lines, bridges and timetables.'),
  topic('lighthouses', 'Engineering;Oceans;Optics', 'On lamps that must not go out.'),
  topic('poetry', 'Literature;Verse;Criticism', 'On metre and what it carries.'),
  topic('the novel', 'Literature;Fiction;Criticism', 'On three volumes and one plot.'),
  topic('fairy tales', 'Literature;Folklore;Children', 'On wolves, wells and younger sons.'),
  topic('translation', 'Literature;Languages;Criticism', 'On saying the same thing twice.'),
  topic('music', 'Arts;Harmony;Concerts', 'On listening closely.'),
  topic('painting', 'Arts;Colour;Museums', 'On light, linen and linseed oil.'),
];

export const AUTHORS: readonly string[] = [
  'Aldington, Harriet',
  'Bergström, Åsa',
  'Calloway, Edmund P',
  'Dvořák-Lind, Tereza',
  'Easterbrook, Josiah',
  'Fennimore, Clara',
  'Grønbech, Niels',
  'Hathersage, William',
  'Ibsworth, Margaret',
  "O'Donovan, Patrick",
  'Jansonius, Pieter',
  'Kettlewell, Agnes',
  'Lindqvist, Per',
  'Marchbanks, Theodore',
  'Müller-Fähnrich, Grete',
  'Nightgale, Florian',
  'Oakenshaw, Beatrice',
  'Pemberthy, Samuel',
  'Quillfeather, Ada',
  'Rasmussen, Ingrid',
  'Skjold, Anders',
  'Thistlewood, Rowland',
  'Underhay, Constance',
  'Vandermeer-Holt, Cornelis',
  'Whitlock, Eliza',
  'Yarborough, Simon',
  'Zieliński, Jan',
];

export const PUBLISHERS: readonly string[] = [
  'Harbour Street Press',
  'Ink & Anchor',
  'Nørreport Forlag',
  'Society for Useful Reading',
  'Quarto House',
];

function topic(name: string, subjects: string, note: string): Topic {
  return { name, subjects: subjects.split(';'), note };
}
