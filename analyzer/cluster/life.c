#include "history_private.h"
void galen_life_find(GalenHistoryFull *full) {
  (void)full;
}
void galen_views_find(GalenHistoryFull *full) {
  (void)full;
}
void galen_transfers_find(GalenHistoryFull *full) {
  (void)full;
}
void galen_configuration_find(GalenHistoryFull *full) {
  (void)full;
}
