package contract

// Action is what the desk does with a contact at once.
type Action string

// The actions.
const (
	Answer      Action = "answer"       // a person answers now
	Receive     Action = "receive"      // received and acknowledged; answered in business hours
	ReceiveOnly Action = "receive-only" // 受付のみ: received, told from when support takes place
	RingOnCall  Action = "ring-on-call" // on-call is rung; the agreement is made in that conversation
	WorkNow     Action = "work-now"     // worked at any hour, restoration first
)

func actions() []string {
	return []string{string(Answer), string(Receive), string(ReceiveOnly), string(RingOnCall), string(WorkNow)}
}

// handling is the decision table of the file: the first action rule that
// matches a contact decides, and every matching notice is told.
type handling struct {
	actions []rule
	notices []rule
}

// rule is one line of the table.
type rule struct {
	when       condition
	do         Action
	askToPhone bool
	callBack   bool // a registered contact is called back, not the caller
	tell       []ClauseID
	clauses    []ClauseID
	at         *node // place in the file, while loading
	path       string
}

// condition is a set of situations; each field is a bit set over the values
// that the situation may have there.
type condition struct {
	channels  uint32 // by index in Contract.channels
	regions   uint32 // by index in Contract.regions
	claims    uint32 // bit 0: none; bit i+1: Contract.priorities[i]
	judged    uint32 // likewise
	hours     uint8  // bit 0: out of hours, bit 1: in hours
	agreed    uint8  // bit 0: no, bit 1: yes
	emergency uint8
	known     uint8
}

// situation is a contact in the terms of a condition: one bit in each field.
type situation condition

func (w *condition) holds(s *situation) bool {
	return w.channels&s.channels != 0 && w.regions&s.regions != 0 && w.claims&s.claims != 0 && w.judged&s.judged != 0 &&
		w.hours&s.hours != 0 && w.agreed&s.agreed != 0 && w.emergency&s.emergency != 0 && w.known&s.known != 0
}

func yes(b bool) uint8 {
	if b {
		return 2
	}
	return 1
}

// situationOf puts a contact in the terms of the table. Channels, regions and
// priorities that the contract does not know count as its first channel, its
// first region and as none stated, so that a contact is never left unanswered.
func (c *Contract) situationOf(in Contact, inHours, agreed bool) situation {
	s := situation{channels: 1, regions: 1, claims: c.priorityBit(in.Claim), judged: c.priorityBit(in.Judgement)}
	for i := range c.channels {
		if c.channels[i].ID == in.Channel {
			s.channels = 1 << i
		}
	}
	for i := range c.regions {
		if c.regions[i].ID == in.Region {
			s.regions = 1 << i
		}
	}
	s.hours, s.agreed, s.emergency, s.known = yes(inHours), yes(agreed), yes(in.Emergency), yes(in.Known)
	return s
}

func (c *Contract) priorityBit(p PriorityID) uint32 {
	for i := range c.priorities {
		if c.priorities[i].ID == p {
			return 1 << (i + 1)
		}
	}
	return 1
}

// Label says in words what the action is.
func (a Action) Label() Text {
	switch a {
	case Answer:
		return Text{"担当者が応対", "a person answers"}
	case Receive:
		return Text{"受付（回答は営業時間内）", "received, answered in business hours"}
	case ReceiveOnly:
		return Text{"受付のみ", "received only"}
	case RingOnCall:
		return Text{"オンコールを呼び出す", "on-call is rung"}
	case WorkNow:
		return Text{"直ちに対応（復旧を最優先）", "worked at once, restoration first"}
	}
	return Text{string(a), string(a)}
}
