package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"madoguchi/terms/fault"
)

func TestACauseIsKeptForTheLogAndNeverShown(t *testing.T) {
	secret := errors.New("dial tcp 10.0.0.5: password=hunter2")
	err := fmt.Errorf("open case: %w", fault.Wrap(fault.Unavailable, secret, "後ほどお試しください。", "Please try again later."))
	if !fault.Is(err, fault.Unavailable) || !errors.Is(err, secret) {
		t.Fatalf("kind or cause lost: %v", err)
	}
	if got := fault.Public(err).In("en"); got != "Please try again later." {
		t.Errorf("public text = %q", got)
	}
	if got := fault.Public(secret).In("ja"); got == "" || got == secret.Error() {
		t.Errorf("an unclassified error leaks: %q", got)
	}
	if fault.KindOf(secret) != fault.Internal {
		t.Errorf("an unclassified error must be internal")
	}
}
