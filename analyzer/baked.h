/* What bake/ makes of the program's own templates and rules when it is built: only the program has it, tests read the files. */
#pragma once

/* From now on the program's own templates and rules need no reading. */
void galen_baked_use(void);
