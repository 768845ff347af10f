/** What Express 5 takes for a request that it answers itself when it is started by `app.listen`. */
import { answeringApp } from './answering-app.ts';
import { candidateArguments } from './candidate-arguments.ts';

answeringApp().listen(candidateArguments().port, '127.0.0.1');
