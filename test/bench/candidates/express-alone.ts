/** What Express 5 takes for a request that it answers itself: nothing that is mounted there can take less. */
import { answeringApp } from './answering-app.ts';
import { candidateArguments } from './candidate-arguments.ts';
import { serveExpress } from './serve-express.ts';

serveExpress(answeringApp(), candidateArguments().port);
