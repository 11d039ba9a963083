package cases

import (
	"testing"
	"time"

	"madoguchi/terms/fault"
)

var asked = time.Date(2026, 11, 20, 7, 42, 0, 0, time.UTC)

// doubted is a case in which yamada was asked to confirm an agreement.
func doubted(t *testing.T) *Case {
	t.Helper()
	c := &Case{}
	yamada := Address{Name: "山田", Addr: "yamada@aoba.example"}
	for i, d := range []Data{
		Opened{Number: 1, Organization: "o1", Contact: "p1", Person: yamada, Priority: "medium"},
		MessageReceived{Message: "m1", From: yamada, MessageID: "a@x", Verified: true},
		ParticipantJoined{Person: yamada, Contact: "p1", Verified: true},
		PriorityJudged{Priority: "high", Criterion: "c", Applied: "medium"},
		ConfirmationAsked{Confirmation: "k1", Message: "m1", Person: yamada, Contact: "p1", Priority: "high", Expires: asked.Add(time.Hour), MessageID: "b@x"},
	} {
		if err := c.Apply(Event{Case: "c1", Seq: i + 1, At: asked, Data: d}); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func (c *Case) then(t *testing.T, facts ...Data) {
	t.Helper()
	for _, d := range facts {
		if err := c.Apply(Event{Case: c.ID, Seq: c.Version + 1, At: asked, Data: d}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestALinkCountsOnceInTimeAndWhileItsQuestionStands(t *testing.T) {
	c := doubted(t)
	if c.Trusts("m1") {
		t.Error("the mail is trusted before it is confirmed")
	}
	facts, err := c.AnswerConfirmation("k1", Given, asked.Add(time.Hour-time.Microsecond))
	if err != nil {
		t.Fatal(err)
	}
	c.then(t, facts...)
	if !c.Trusts("m1") {
		t.Error("a confirmed mail is not trusted")
	}
	if _, err := c.AnswerConfirmation("k1", Given, asked); !fault.Is(err, fault.Conflict) {
		t.Errorf("a second use: %v", err)
	}

	c = doubted(t)
	if _, err := c.AnswerConfirmation("k1", Given, asked.Add(time.Hour)); !fault.Is(err, fault.Conflict) {
		t.Errorf("at its expiry: %v", err)
	}
	for name, later := range map[string]Data{
		"judged anew":          PriorityJudged{Priority: "low", Criterion: "d", Applied: "low"},
		"agreed otherwise":     PriorityAgreed{Priority: "high", Applied: "high"},
		"another contact":      ParticipantJoined{Person: Address{Addr: "yamada@aoba.example"}, Contact: "p2", Verified: true},
		"no longer confirmed":  ParticipantJoined{Person: Address{Addr: "yamada@aoba.example"}, Contact: "p1"},
		"the case is rebased":  ContractRebased{From: "a@1", To: "a@2"},
		"a newer build's fact": Unknown{Name: "priority.bargained/1"},
	} {
		c := doubted(t)
		c.then(t, later)
		if _, err := c.AnswerConfirmation("k1", Given, asked); !fault.Is(err, fault.Conflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
	c = doubted(t)
	c.then(t, PriorityClaimed{Priority: "high", Applied: "medium"}, Noted{Text: "x"})
	if _, err := c.AnswerConfirmation("k1", Given, asked); err != nil {
		t.Errorf("a claim makes the link void: %v", err)
	}
}

func TestADeclinedMailIsNotTrusted(t *testing.T) {
	c := doubted(t)
	facts, err := c.AnswerConfirmation("k1", Declined, asked)
	if err != nil {
		t.Fatal(err)
	}
	c.then(t, facts...)
	if c.Trusts("m1") {
		t.Error("a declined mail is trusted")
	}
	if _, err := c.AnswerConfirmation("k1", Given, asked); !fault.Is(err, fault.Conflict) {
		t.Errorf("confirming after declining: %v", err)
	}
}

func TestNobodyIsAskedTheSameTwiceAtATime(t *testing.T) {
	c := doubted(t)
	k := c.Confirmations[0].ConfirmationAsked
	k.Confirmation = "k2"
	if _, err := c.AskConfirmation(k, asked); !fault.Is(err, fault.Conflict) {
		t.Errorf("asked again: %v", err)
	}
	if _, err := c.AskConfirmation(k, asked.Add(2*time.Hour)); err != nil {
		t.Errorf("asked again after the first link expired: %v", err)
	}
	k.Contact = "somebody"
	if _, err := c.AskConfirmation(k, asked.Add(2*time.Hour)); !fault.Is(err, fault.Invalid) {
		t.Errorf("asked somebody who is no contact: %v", err)
	}
}

func TestOnlyAnAlignedMailOfAContactIsTrustedAsItCame(t *testing.T) {
	for name, m := range map[string]MessageReceived{
		"nothing known": {Message: "m", MessageID: "a@x", Verified: true},
		"a stranger":    {Message: "m", MessageID: "a@x", Auth: &Authentication{Aligned: "dkim"}},
		"not aligned":   {Message: "m", MessageID: "a@x", Verified: true, Auth: &Authentication{SPF: AuthCheck{Result: "pass", Domain: "evil.example"}}},
		"a machine":     {Message: "m", MessageID: "a@x", Verified: true, Auto: "auto-submitted", Auth: &Authentication{Aligned: "dkim"}},
	} {
		c := &Case{}
		c.then(t, Opened{Number: 1}, m)
		if c.Trusts("m") {
			t.Errorf("%s: trusted", name)
		}
	}
	c := &Case{}
	c.then(t, Opened{Number: 1}, MessageReceived{Message: "m", MessageID: "a@x", Verified: true, Auth: &Authentication{Aligned: "dkim"}})
	if !c.Trusts("m") {
		t.Error("an aligned mail of a contact is not trusted")
	}
}
