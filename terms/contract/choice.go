package contract

// Names of the readings that the product knows how to follow. A contract file
// chooses one alternative of each, with the reason.
const (
	ReadHighClock     = "response.high.clock"     // do the business hours of the most urgent target run at night?
	ReadNightCall     = "phone.after-hours-start" // a less urgent call at 03:00 on a business day: from 10:00, or from the day after?
	ReadUpgrade       = "priority.upgrade"        // from when does the shorter target count after a claim?
	ReadDowngrade     = "priority.downgrade"      // what becomes of the deadline when the priority is lowered before any response?
	ReadAfterResponse = "priority.after-response" // a rise after the initial response: a second target?
	ReadClaim         = "priority.claim"          // what does a claim by the criteria do before anyone has judged?
	ReadReception     = "reception-counts"        // is a bare reception an initial response?
	ReadLeadTime      = "plus.lead-time-start"    // from when do business days of configuration work count?
	ReadSameDay       = "same-day"                // what is "that day"?
)

// Alternatives of the readings.
const (
	ClockBusiness        = "business"
	ClockFromClaim       = "continuous-from-claim"
	ClockOnceAgreed      = "continuous-once-agreed"
	NightNextOpening     = "next-opening"
	NightNextBusinessDay = "next-business-day"
	UpgradeFromClaim     = "from-claim"
	UpgradeFromAgreement = "from-agreement"
	UpgradeFromReception = "from-reception"
	DowngradeFromStart   = "from-reception"
	DowngradeKeep        = "keep"
	AfterNoSecond        = "no-second-target"
	AfterNewTarget       = "new-target"
	ClaimProvisional     = "provisional"
	ClaimDeskDecides     = "desk-decides"
	ClaimMutualOnly      = "mutual-only"
	ReceptionNo          = "no"
	ReceptionYes         = "yes"
	LeadConfirmed        = "instruction-confirmed"
	LeadReceived         = "instruction-received"
	SameDayCalendarDate  = "calendar-date"
)

// choice is a reading that code follows, with all alternatives it can follow.
type choice struct {
	name         string
	alternatives []string
}

func choices() []choice {
	return []choice{
		{ReadHighClock, []string{ClockBusiness, ClockFromClaim, ClockOnceAgreed}},
		{ReadNightCall, []string{NightNextOpening, NightNextBusinessDay}},
		{ReadUpgrade, []string{UpgradeFromClaim, UpgradeFromAgreement, UpgradeFromReception}},
		{ReadDowngrade, []string{DowngradeFromStart, DowngradeKeep}},
		{ReadAfterResponse, []string{AfterNoSecond, AfterNewTarget}},
		{ReadClaim, []string{ClaimProvisional, ClaimDeskDecides, ClaimMutualOnly}},
		{ReadReception, []string{ReceptionNo, ReceptionYes}},
		{ReadLeadTime, []string{LeadConfirmed, LeadReceived}},
		{ReadSameDay, []string{SameDayCalendarDate}},
	}
}

// Readings returns the names of all readings that a contract file chooses.
func Readings() []string {
	var out []string
	for _, k := range choices() {
		out = append(out, k.name)
	}
	return out
}
