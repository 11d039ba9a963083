package doctor

import (
	"context"
	"os"
	"path/filepath"

	shipped "madoguchi/contracts"
	"madoguchi/terms/contract"
)

// contracts loads every contract file that the next start would publish.
func contracts(_ context.Context, p Patient, tell func(Finding)) {
	found, err := filepath.Glob(filepath.Join(p.Dir, "contracts", "*", "*.yaml"))
	if err != nil {
		tell(failed("contract", err, "契約ファイルを探せません。", "The contract files cannot be listed."))
		return
	}
	have := false
	for _, path := range found {
		have = have || filepath.Base(filepath.Dir(path)) == p.Contract
		file, err := os.ReadFile(path)
		if err != nil {
			tell(failed("contract", err, path+" を読み取れません。", path+" cannot be read."))
			continue
		}
		c, err := contract.Load(path, file)
		if err != nil {
			tell(good("contract", path+" に誤りがあります。", path+" has mistakes.").
				mend(Bad, "madoguchi contract check "+path+" で行と直し方を確認してください。", "madoguchi contract check "+path+" names the lines and how to mend them."))
			continue
		}
		tell(good("contract", c.Ref()+" を読み込めます。", c.Ref()+" loads."))
		if c.Begins().After(p.Now()) {
			tell(good("contract", c.Ref()+" の適用開始日はまだ来ていません。", c.Ref()+" is not in force yet.").
				mend(Odd, "それまでは、公開済みの前の版が適用されます。", "Until then the version before it holds."))
		}
	}
	if have || p.Contract == "" {
		return
	}
	if _, _, err := shipped.Read(p.Contract); err != nil {
		tell(failed("contract", err, "契約「"+p.Contract+"」がありません。", "There is no contract "+p.Contract+"."))
		return
	}
	tell(good("contract", "契約「"+p.Contract+"」は同梱のものを使用します。", "The contract "+p.Contract+" is the one that ships."))
}
